import assert from "node:assert/strict";
import { collectorNames, collectors, type CollectorRow } from "../../src/catalog/collectors.ts";
import { collectorFlags, collectorsOf } from "../../src/commands/collector-options.ts";
import { commandHelp } from "../../src/commands/help.ts";
import { serveCommand } from "../../src/commands/serve.ts";
import type { Call } from "../../src/model/command.ts";

const defaults = [
  "discover",
  "host",
  "pressure",
  "process",
  "io",
  "fds",
  "allocator",
  "cgroup",
  "nvidia",
  "gpu",
  "footprint",
  "native",
  "launchd",
];

/** What runs when serve is called with these switches. */
function running(options: Readonly<Record<string, boolean>>): readonly string[] {
  return [...collectorsOf({ options, positionals: [] })];
}

describe("collector-options", () => {
  it("runs what the table says when nothing is said", () => {
    assert.deepEqual(running({}), defaults);
  });

  it("lets each switch turn its collector off or on", () => {
    assert.deepEqual(
      running({ "collector.cgroup": false }),
      defaults.filter((name) => name !== "cgroup"),
    );
    assert.deepEqual(
      running({ "collector.threads": true }).toSorted(),
      [...defaults, "threads"].toSorted(),
    );
    assert.deepEqual(running({ "collector.threads": false, "collector.io": true }), defaults);
  });

  it("leaves what cannot be switched off, and what is asked for, when the defaults are disabled", () => {
    const disabled = { "collector.disable-defaults": true };
    assert.deepEqual(running(disabled), ["discover", "host", "process"]);
    assert.deepEqual(running({ ...disabled, "collector.cgroup": true }), [
      "discover",
      "host",
      "process",
      "cgroup",
    ]);
    assert.deepEqual(running({ "collector.disable-defaults": false }), defaults);
  });

  it("asks container engines when it is told of a socket, unless their own switch says no", () => {
    const asks = (options: Call["options"]) =>
      collectorsOf({
        options: { "containers.socket": ["/run/engine.sock"], ...options },
        positionals: [],
      }).has("containers");
    assert.equal(asks({}), true);
    assert.equal(asks({ "collector.disable-defaults": true }), true);
    assert.equal(asks({ "collector.containers": false }), false);
  });

  it("has a switch for every collector but those that always run, and shows both its ways in help", () => {
    const help = commandHelp(serveCommand);
    for (const name of collectorNames) {
      const { runs }: CollectorRow = collectors[name];
      assert.equal(`collector.${name}` in collectorFlags, runs !== "always", name);
      const shown = new RegExp(`^ {2}--\\[no-\\]collector\\.${name} `, "m");
      assert.equal(shown.test(help), runs !== "always", name);
    }
    assert.match(help, /collector\.threads [^-]*\(default\s+off\)/);
    assert.match(help, /collector\.gpu +macOS only: /);
    assert.match(help, /collector\.cgroup +Linux only: /);
    assert.match(help, /collector\.allocator +What /);
    assert.match(help, /collector\.cgroup [^-]*\(default\s+on\)/);
  });
});
