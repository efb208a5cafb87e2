import assert from "node:assert/strict";
import { commands } from "../src/commands/all.ts";
import { UserError } from "../src/model/user-error.ts";
import { version } from "../src/model/version.ts";
import { fixtureHost } from "./support/fixture-host.ts";
import { memoryHost } from "./support/memory-host.ts";
import { runCli } from "./support/run-cli.ts";

/** One clear sentence on stderr, nothing on stdout, exit code 2, and no stack trace. */
async function refuses(
  argv: readonly string[],
  sentence: RegExp,
  host = memoryHost({}),
): Promise<void> {
  const { code, stdout, stderr } = await runCli(argv, host);
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /^mlx-headroom: .+\n$/);
  assert.match(stderr, sentence);
  assert.doesNotMatch(stderr, /\n\s+at /);
}

describe("the command line", () => {
  it("names the nearest command for a misspelt one", async () => {
    await refuses(["sreve"], /no command 'sreve'\. Did you mean 'serve'\?/);
  });

  it("names the nearest flag for a misspelt one", async () => {
    await refuses(
      ["ps", "--fromat", "json"],
      /no flag '--fromat'\. Did you mean '--format'\?.*'mlx-headroom ps --help'/,
    );
  });

  it("names the nearest switch in the direction that was meant", async () => {
    await refuses(["serve", "--no-colector.io"], /Did you mean '--no-collector\.io'\?/);
    await refuses(["serve", "--collector.thread"], /Did you mean '--collector\.threads'\?/);
    await refuses(["serve", "--no-log.levl"], /^(?!.*Did you mean).*no flag '--no-log\.levl'/);
  });

  it("refuses to read threads for nobody", async () => {
    await refuses(
      ["serve", "--collector.threads", "--no-process-metrics"],
      /--collector\.threads and --no-process-metrics exclude each other/,
      fixtureHost("unified-v2"),
    );
  });

  it("says which flag lacks its value", async () => {
    await refuses(["serve", "--web.listen-address"], /--web\.listen-address' needs a value/);
  });

  it("lists the values a flag takes", async () => {
    await refuses(["ps", "--format", "xml"], /--format takes one of table, json, not 'xml'/);
  });

  it("refuses a number that is none", async () => {
    await refuses(["ps", "--discover.max-processes", "many"], /takes a number from 1, not 'many'/);
  });

  it("refuses arguments that no command takes", async () => {
    await refuses(["serve", "now"], /'now' is one argument too many/);
    await refuses(["ps", "4242"], /a PID goes with --explain/, fixtureHost("unified-v2"));
  });

  it("refuses an address that is none", async () => {
    await refuses(
      ["serve", "--web.listen-address", "localhost"],
      /'localhost' is not an address to listen on\. Write HOST:PORT/,
    );
    await refuses(["serve", "--web.listen-address", "localhost:70000"], /not an address/);
  });

  it("refuses any of several addresses that is none", async () => {
    const good = ["--web.listen-address", "localhost:1"];
    await refuses(
      ["serve", ...good, "--web.listen-address", "nowhere"],
      /'nowhere' is not an addr/,
      fixtureHost("unified-v2"),
    );
  });

  it("refuses limits that are none", async () => {
    for (const [flag, value, sentence] of [
      ["--web.max-requests", "-1", /--web\.max-requests' argument is ambiguous/],
      ["--web.max-requests", "1.5", /--web\.max-requests takes a whole number from 0, not '1\.5'/],
      ["--web.max-connections", "many", /--web\.max-connections takes a whole number from 0/],
      ["--web.timeout-offset", "500ms", /--web\.timeout-offset takes seconds, such as 0\.5, not/],
    ] as const)
      await refuses(["serve", flag, value], sentence, fixtureHost("unified-v2"));
  });

  it("does not start with a web config that is not there or is wrong", async () => {
    const host = fixtureHost("unified-v2");
    const argv = ["serve", "--web.config.file", "/web.yml"];
    await refuses(argv, /\/web\.yml does not exist.*--web\.config\.file/, host);
    host.put("/web.yml", "rate_limits: {}\n");
    await refuses(
      argv,
      /\/web\.yml:1: 'rate_limits' is not a known key \(did you mean rate_limit/,
      host,
    );
  });

  it("says which platforms the exporter knows on another one, and what works there", async () => {
    await refuses(
      ["ps"],
      /does not run on win32: it knows Linux and macOS.*'mlx-headroom compile' works everywhere/,
      memoryHost({}, { platform: "win32" }),
    );
  });

  it("says that ps listed nothing, on a Mac where it does not", async () => {
    await refuses(["ps"], /\/bin\/ps listed no processes/, memoryHost({}, { platform: "darwin" }));
  });

  it("says where procfs was looked for when there is none", async () => {
    await refuses(
      ["ps", "--path.procfs", "/nowhere"],
      /^mlx-headroom: \/nowhere holds no processes/,
    );
  });

  it("prints the version, and help for everything, on stdout", async () => {
    assert.deepEqual(await runCli(["--version"], memoryHost({})), {
      code: 0,
      stdout: `${version}\n`,
      stderr: "",
    });
    const general = await runCli(["--help"], memoryHost({}));
    assert.equal(general.code, 0);
    for (const command of commands) {
      assert.ok(general.stdout.includes(`  ${command.name} `));
      for (const argv of [
        [command.name, "--help"],
        ["help", command.name],
      ]) {
        const { code, stdout } = await runCli(argv, memoryHost({}));
        assert.equal(code, 0);
        for (const option of Object.keys(command.options))
          assert.ok(stdout.includes(option), `${command.name} ${option}`);
        assert.match(stdout, /Examples:\n {2}mlx-headroom /);
      }
    }
  });

  it("shows help on stderr and exits 2 when nothing was asked", async () => {
    const { code, stdout, stderr } = await runCli([], memoryHost({}));
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^mlx-headroom keeps machines alive/);
  });

  it("lets a bug be a bug: only errors meant for people are made into a sentence", async () => {
    const host = { ...memoryHost({}), platform: "linux" };
    const broken = {
      ...host,
      files: {
        ...host.files,
        list: () => {
          throw new TypeError("a bug");
        },
      },
    };
    await assert.rejects(runCli(["ps"], broken), TypeError);
    assert.ok(!(new TypeError("a bug") instanceof UserError));
  });
});
