import assert from "node:assert/strict";
import { defaultLabelNames } from "../../src/model/container.ts";
import { setImmediate as turn } from "node:timers/promises";
import { defaultCollectors } from "../../src/catalog/collectors.ts";
import { createExporter, explain } from "../../src/exporter/exporter.ts";
import { fixtureHost, roots } from "../support/fixture-host.ts";
import type { MemoryHost } from "../support/memory-host.ts";

const id = "0123456789abcdef".repeat(4);
const socket = "/run/engine.sock";
const collectors = new Set([...defaultCollectors, "containers" as const]);
const defaults = { roots, rules: [], maxProcesses: 256, maxWorkloads: 64 };
const options = { ...defaults, collectors };

/** The fixture's server in a container that an engine names by a label. */
function housedHost(): MemoryHost {
  const host = fixtureHost("unified-v2");
  host.put("/proc/4242/cgroup", `0::/system.slice/docker-${id}.scope\n`);
  host.put(socket, "");
  const labels = { "mlx-headroom.workload": "chat" };
  host.answer(({ url }) => ({
    kind: "answered",
    status: 200,
    body: Buffer.from(
      JSON.stringify(
        url.endsWith("/version")
          ? { ApiVersion: "1.41" }
          : { Name: "/web", Config: { Image: "mlx:1", Labels: labels } },
      ),
    ),
  }));
  return host;
}

describe("exporter, with a container engine", () => {
  it("names workload and container as the engine says, and tells how asking went", async () => {
    const host = housedHost();
    const exporter = await createExporter(host, { ...options, engineSockets: [socket] });
    const view = await exporter.look();
    assert.deepEqual(
      view.processes.map(({ process }) => [process.workload, process.container]),
      [["chat", "web"]],
    );
    assert.deepEqual(
      view.collectors.filter(({ collector }) => collector === "containers"),
      [{ collector: "containers", success: true, seconds: 0 }],
    );
    exporter.close();
  });

  it("asks nobody unless it is switched on", async () => {
    const host = housedHost();
    const exporter = await createExporter(host, defaults);
    await exporter.tick();
    const { processes, collectors: outcomes } = await exporter.look();
    assert.equal(processes[0]?.process.container, id.slice(0, 12));
    assert.ok(outcomes.every(({ collector }) => collector !== "containers"));
    assert.deepEqual([host.asked.length, host.followed.length], [0, 0]);
    exporter.close();
  });

  it("counts an OOM kill once in a container that is gone, and says so in the log", async () => {
    const host = housedHost();
    const kinds: string[] = [];
    const exporter = await createExporter(host, {
      ...options,
      engineSockets: [socket],
      onIncident: ({ kind }) => kinds.push(kind),
    });
    await exporter.tick();
    for (let n = 0; n < 5; n++) await turn();
    host.remove("/proc/4242");
    for (let second = 0; second < 6; second++) {
      host.clock.advance(1);
      await exporter.tick();
      if (second === 1)
        host.followed[0]?.say(
          JSON.stringify({ Type: "container", Action: "oom", Actor: { ID: id }, time: 1 }),
        );
    }
    const chat = (await exporter.look()).workloads.find(({ name }) => name === "chat");
    assert.equal(chat?.counters?.oomKills, 1);
    assert.deepEqual(chat.counters.processExits, { oom_kill: 1, unknown: 0 });
    assert.deepEqual(kinds, ["oom_kill"]);
    exporter.close();
  });

  it("explains by labels, too, where a socket is given", async () => {
    const engine = { engineSockets: [socket], collectors: new Set(["containers"] as const) };
    const [why] = await explain(housedHost(), roots, [], 4242, engine);
    assert.equal(why?.workload, "chat");
    assert.match(
      why.reason,
      /; the label mlx-headroom\.workload of container web names the workload$/,
    );
    const labelNames = { ...defaultLabelNames, workload: "another" };
    const asked = { ...engine, labelNames };
    const [other] = await explain(housedHost(), roots, [], 4242, asked);
    assert.notEqual(other?.workload, "chat", "by the label that was named, and no other");
  });
});
