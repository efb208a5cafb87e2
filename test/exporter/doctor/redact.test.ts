import assert from "node:assert/strict";
import fc from "fast-check";
import { parsePs } from "../../../src/exporter/2-collect/darwin-ps.ts";
import {
  redact,
  secretsOf,
  withoutSecrets,
  type Known,
} from "../../../src/exporter/doctor/redact.ts";
import { redactCommand, redactPs } from "../../../src/exporter/doctor/redact-ps.ts";
import type { MlxProcess } from "../../../src/model/process.ts";
import { macRecording, withOurColumns } from "../../support/mac-recording.ts";

const server: MlxProcess = {
  pid: 977,
  parentPid: 1,
  startTicks: 1,
  startTime: 1,
  workload: "chat",
  runtime: "mlx_lm.server",
  role: "server",
  model: "/Users/ada/Secret Project/tiny",
  port: 8081,
};
const known: Known = { processes: [server], secrets: [{ word: "ada", by: "dev" }] };

function run(path: string, ...args: readonly string[]) {
  return { path, args, run: { kind: "absent" }, seconds: 0 } as const;
}

describe("what a report of doctor shows", () => {
  it("is, of an MLX command line, its flags, its model's name and its port, and no other value", () => {
    const line =
      "python3 -m mlx_lm.server --model /models/tiny --api-key sk-1 --port=8081 --host 10.0.0.7 hello";
    assert.equal(
      redactCommand(line, { model: "/models/tiny", port: 8081 }),
      "python3 -m mlx_lm.server --model /Users/dev/tiny --api-key value --port=value --host value value",
    );
  });

  it("never holds a value that nobody knows, wherever it stands on the command line", () => {
    const word = fc.stringMatching(/^[A-Za-z0-9+/]{12,40}$/);
    fc.assert(
      fc.property(fc.array(word), word, (before, secret) => {
        const line = ["python3", "-m", "mlx_lm.server", ...before, secret].join(" ");
        assert.ok(!redactCommand(line, {}).includes(secret));
      }),
    );
  });

  it("is, of a recorded ps, rows that still parse, of programs that come with macOS and of MLX alone", () => {
    const recorded = withOurColumns(macRecording("ps-axww"));
    const kept = redactPs(recorded.toString("latin1"), [server]);
    const rows = parsePs(Buffer.from(kept, "latin1"));
    const before = parsePs(recorded);
    assert.ok(rows.length > 5 && rows.length < before.length);
    for (const row of rows) {
      const { command } = row;
      const same = before.find(({ pid }) => pid === row.pid);
      assert.deepEqual({ ...row, command: "" }, { ...same, command: "" });
      if (row.pid !== server.pid) assert.match(command, /^\/(System|usr|sbin|bin)\/\S*$/);
    }
    assert.ok(!kept.includes("build/index.js"), "an MLX row keeps its program and no value");
  });

  it("is nothing at all of a command that has no allow-list", () => {
    assert.equal(redact(run("/usr/bin/env"), Buffer.from("TOKEN=x"), known), "");
  });

  it("is, of the registry, numbers and lines that are read, without the names of other programs", () => {
    const text = [
      "+-o AGXDeviceUserClient  <class AGXDeviceUserClient, id 0x1>",
      "    {",
      '      "AppUsage" = ()',
      '      "IOUserClientCreator" = "pid 5, Tax Return 2026"',
      '      "IOPlatformSerialNumber" = "C02XYZ"',
      "    }",
    ].join("\n");
    const kept = redact(run("/usr/sbin/ioreg"), Buffer.from(text), known);
    assert.ok(kept.includes('"pid 5, other"'));
    assert.doesNotMatch(kept, /Tax|Serial/);
  });

  it("is, of a launchd job, its limits and nothing of its command line or environment", () => {
    const job = { EnvironmentVariables: { TOKEN: "x" }, SoftResourceLimits: { NumberOfFiles: 9 } };
    assert.equal(
      redact(run("/usr/bin/plutil"), Buffer.from(JSON.stringify(job)), known),
      '{"SoftResourceLimits":{"NumberOfFiles":9}}\n',
    );
    assert.equal(redact(run("/usr/bin/plutil"), Buffer.from("no JSON"), known), "");
  });

  it("names jobs of MLX processes alone", () => {
    const list = "PID\tStatus\tLabel\n977\t0\tlocal.chat\n5\t0\tcom.secret.app\n-\t0\tcom.x\n";
    const kept = redact(run("/bin/launchctl", "list"), Buffer.from(list), known);
    assert.equal(kept, "PID\tStatus\tLabel\n977\t0\tlocal.chat\n");
  });

  it("has no user, home or disk in it", () => {
    assert.equal(
      withoutSecrets("ada /Users/ada/x /Users/eve/y /Volumes/Backup/z adamant", known),
      "dev /Users/dev/x /Users/dev/y /Volumes/dev/z adamant",
    );
  });

  for (const home of ["/", "", "x", "//"]) {
    it(`is whole where the home folder is '${home}'`, () => {
      const secrets = secretsOf(home, "", []);
      const text = "/usr/bin/python3 -m x /opt/models x/y http://x";
      assert.equal(withoutSecrets(text, { secrets }), text);
    });
  }

  it("has neither home nor user in it where the home folder is written with a slash at its end", () => {
    const secrets = secretsOf("/srv/ada/", "studio", ["eve", "root", "501"]);
    assert.equal(
      withoutSecrets("/srv/ada/x /srv/ada ada eve root 501 studio.local", { secrets }),
      "/Users/dev/x /Users/dev dev dev root 501 mac.local",
    );
  });
});
