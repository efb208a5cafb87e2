import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntil } from "../../lab/wait-until.ts";
import { realCommands } from "../../src/host/commands.ts";
import type { CommandRun } from "../../src/model/commands.ts";

const commands = realCommands();
const shell = "/bin/sh";
const run = (script: string, limits: Parameters<typeof commands.run>[2] = { seconds: 20 }) =>
  commands.run(shell, ["-c", script], limits);

function ran(outcome: CommandRun) {
  assert.ok(outcome.kind === "ran", JSON.stringify(outcome));
  return { ...outcome, stdout: outcome.stdout.toString("latin1") };
}

describe("commands of this machine", function () {
  let folder: string;
  before(function () {
    if (!existsSync(shell)) this.skip();
    folder = mkdtempSync(join(tmpdir(), "mlx-headroom-commands-"));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("give their output, their complaints and their exit code, all three", async () => {
    assert.deepEqual(ran(await run("echo out; echo err >&2; exit 3")), {
      kind: "ran",
      exitCode: 3,
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  it("have no exit code when a signal ended them", async () => {
    assert.equal(ran(await run("kill -TERM $$")).exitCode, null);
  });

  it("give bytes as they are", async () => {
    const { stdout } = ran(await run("printf '\\001\\377\\303\\050'"));
    assert.equal(stdout, "\x01\xff\xc3(");
  });

  it("take arguments as they are, without a shell", async () => {
    const args = ["-c", 'printf "%s|" "$@"', "sh", "a b", "$HOME", "", "*"];
    const outcome = ran(await commands.run(shell, args, { seconds: 20 }));
    assert.equal(outcome.stdout, "a b|$HOME||*|");
  });

  it("see LC_ALL=C and TZ=UTC of an environment, and nothing of ours", async () => {
    process.env["MLX_HEADROOM_COMMANDS_TEST"] = "x";
    process.env["COLUMNS"] = "40";
    try {
      // A shell adds some of its own to what it was given.
      const { stdout } = ran(await commands.run("/usr/bin/env", [], { seconds: 20 }));
      // Node hands this one down by itself, where coverage is measured.
      const seen = stdout
        .trim()
        .split("\n")
        .filter((line) => !line.startsWith("NODE_V8_COVERAGE="));
      assert.deepEqual(seen.sort(), ["LC_ALL=C", "TZ=UTC"]);
    } finally {
      delete process.env["MLX_HEADROOM_COMMANDS_TEST"];
      delete process.env["COLUMNS"];
    }
  });

  it("have nothing to read", async () => {
    assert.equal(ran(await run("read line; echo $?")).stdout, "1\n");
  });

  it("that are not there are absent, and those that may not be run forbidden", async () => {
    const file = join(folder, "not-executable");
    writeFileSync(file, "#!/bin/sh\n");
    chmodSync(file, 0o644);
    assert.deepEqual(await commands.run(join(folder, "none"), [], { seconds: 20 }), {
      kind: "absent",
    });
    assert.deepEqual(await commands.run(file, [], { seconds: 20 }), { kind: "forbidden" });
  });

  it("are killed when they do not end in time, deaf to other signals or not", async () => {
    const file = join(folder, "pid");
    const outcome = await run(
      `trap '' TERM INT HUP; echo $$ > ${file}; while :; do sleep 1; done`,
      {
        seconds: 1,
      },
    );
    assert.deepEqual(outcome, { kind: "timeout" });
    const pid = Number(readFileSync(file, "utf8"));
    const ended = () => (existsSync(`/proc/${pid}`) ? undefined : true);
    if (existsSync("/proc/self")) assert.ok(await waitUntil(ended, { timeoutSeconds: 10 }));
  });

  it("hold nobody up when something they started keeps their output open", async () => {
    const file = join(folder, "grandchild");
    const outcome = await run(`sleep 600 & echo $! > ${file}; echo told`, { seconds: 1 });
    process.kill(Number(readFileSync(file, "utf8")), "SIGKILL");
    assert.deepEqual(outcome, { kind: "timeout" });
  });

  it("may write more than is kept, and end all the same", async () => {
    const script = "i=0; while [ $i -lt 3000 ]; do printf '%01000d' $i; i=$((i+1)); done; exit 4";
    const outcome = ran(await run(script, { seconds: 60, maxBytes: 1500 }));
    assert.equal(outcome.exitCode, 4);
    assert.equal(outcome.stdout.length, 1500);
    assert.match(outcome.stdout, /^0{1500}$/);
  });

  it("may complain without end, of which the beginning is kept", async () => {
    const script = "i=0; while [ $i -lt 200 ]; do printf '%01000d' $i >&2; i=$((i+1)); done";
    assert.equal(ran(await run(script)).stderr.length, 4096);
  });
});
