import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../src/cli.ts";
import { verifyProgress } from "../../src/commands/verify-progress.ts";
import { compile } from "../../src/generator/3-compile/compile.ts";
import { emit } from "../../src/generator/4-emit/emit.ts";
import { findPrograms, verify } from "../../src/generator/verifying.ts";
import { verifiableOf } from "../../src/generator/verifiable.ts";
import { realHost } from "../../src/host/real-host.ts";
import type { CommandRun } from "../../src/model/commands.ts";
import type { Host } from "../../src/model/host.ts";
import type { Plan } from "../../src/model/plan.ts";
import { memoryHost } from "../support/memory-host.ts";
import type { MemoryHost } from "../support/memory-host.ts";
import { requireTool } from "../support/requires.ts";

async function run(argv: readonly string[], host: Host, path = "/bin") {
  const said = { stdout: "", stderr: "" };
  const code = await main(["compile", ...argv], host, {
    stdout: (text) => (said.stdout += text),
    stderr: (text) => (said.stderr += text),
    colour: false,
    environment: { PATH: path },
  });
  return { code, ...said };
}

const answers = (exitCode: number, stdout = "", stderr = ""): CommandRun => ({
  kind: "ran",
  exitCode,
  stdout: Buffer.from(stdout),
  stderr,
});

/** A machine with both programs, which are content. */
function equipped(...names: readonly string[]): MemoryHost {
  const host = memoryHost(Object.fromEntries(names.map((name) => [`/bin/${name}`, ""])));
  for (const name of names) {
    host.setCommand(`/bin/${name}`, answers(0));
    host.setCommand(`/bin/${name} --version`, answers(0, `${name}, version 1.2.3 (x)`));
  }
  return host;
}

const isWritten = (host: MemoryHost) => host.files.exists("monitoring");

describe("compile --verify", () => {
  it("says with what it verifies, asks about the files as they were written, and how many checks passed", async () => {
    const host = equipped("promtool", "amtool");
    const { code, stderr } = await run(["--verify"], host);
    assert.equal(code, 0);
    assert.match(stderr, /^Verifying with promtool 1\.2\.3 \(\/bin\/promtool\)\.$/m);
    assert.match(stderr, /^Verifying with amtool 1\.2\.3 \(\/bin\/amtool\)\.$/m);
    const asked = host.ran.filter((line) => !line.endsWith("--version"));
    assert.match(stderr, new RegExp(`^All ${asked.length} checks passed in 0\\.0 s\\.$`, "m"));
    for (const line of asked) assert.match(line, / (--config\.file=)?monitoring\/(prom|alertm)/);
  });

  it("prints what failed and what the program said, and exits 1; the files stay", async () => {
    const host = equipped("promtool", "amtool");
    host.setCommand(
      "/bin/amtool check-config monitoring/alertmanager/alertmanager.yml",
      answers(1, "Checking\n", "FAILED: no receiver\n"),
    );
    const { code, stderr } = await run(["--verify"], host);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^amtool check-config monitoring\/alertmanager\/alertmanager\.yml\n {2}Checking\n {2}FAILED: no receiver\n1 of \d+ checks failed in /m,
    );
    assert.ok(isWritten(host));
  });

  it("says what it could not do where a program is missing, and does the rest", async () => {
    const host = equipped("amtool");
    const { code, stderr } = await run(["--verify"], host);
    assert.equal(code, 0);
    assert.match(
      stderr,
      /promtool is not in the PATH: the rules, their tests and prometheus\.yml were not verified\./,
    );
    assert.ok(host.ran.every((line) => line.startsWith("/bin/amtool ")));
    assert.ok(host.ran.length > 5);
  });

  it("passes no judgement where there is nobody to judge", async () => {
    const { code, stderr } = await run(["--verify"], memoryHost({}));
    assert.equal(code, 0);
    assert.match(stderr, /promtool is not in the PATH.*\namtool is not in the PATH/);
    assert.ok(!stderr.includes("checks"));
  });

  it("=require fails before anything is written when a program is missing", async () => {
    for (const names of [[], ["promtool"], ["amtool"]]) {
      const host = equipped(...names);
      const { code, stdout, stderr } = await run(["--verify=require"], host);
      assert.deepEqual([code, stdout, isWritten(host)], [2, "", false]);
      const missing = ["promtool", "amtool"].filter((name) => !names.includes(name));
      assert.ok(
        stderr.startsWith(`mlx-headroom: ${missing.join(" and ")} could not be found`),
        stderr,
      );
    }
    const host = equipped("promtool", "amtool");
    assert.equal((await run(["--verify=require"], host)).code, 0);
  });

  for (const flag of ["--check", "--diff", "--dry-run"]) {
    it(`with ${flag} judges what would be written, in a folder that is gone afterwards`, async () => {
      const host = equipped("promtool", "amtool");
      const { code } = await run([flag, "--verify"], host);
      assert.equal(code, flag === "--check" ? 1 : 0);
      const asked = host.ran.filter((line) => !line.endsWith("--version"));
      assert.ok(asked.length > 40 && asked.every((line) => line.includes("/tmp/memory/")));
      assert.ok(!isWritten(host) && !host.files.exists("/tmp/memory"));
    });
  }

  it("fails though the files are up to date, when a program objects", async () => {
    const host = equipped("promtool", "amtool");
    await run([], host);
    host.setCommand("/bin/promtool check config", answers(1));
    assert.equal((await run(["--check"], host)).code, 0);
    assert.equal((await run(["--check", "--verify"], host)).code, 1);
  });

  it("takes no other word", async () => {
    const { code, stderr } = await run(["--verify=always"], memoryHost({}));
    assert.equal(code, 2);
    assert.match(stderr, /--verify takes one of found, require, not 'always'/);
  });
});

describe("the progress of checks", () => {
  function watched(host: Host) {
    let said = "";
    const progress = verifyProgress(host, {
      stdout: () => undefined,
      stderr: (text) => (said += text),
      colour: false,
      environment: {},
    });
    progress.start(8);
    return { progress, said: () => said };
  }

  it("is not told before two seconds are over, and then a line now and then", () => {
    const host = memoryHost({});
    const { progress, said } = watched(host);
    host.clock.advance(1.5);
    assert.equal(said(), "");
    progress.step();
    host.clock.advance(1);
    assert.equal(said(), "1 of 8 checks done …\n");
    progress.step();
    host.clock.advance(10);
    assert.equal(said(), "1 of 8 checks done …\n");
    host.clock.advance(10);
    assert.equal(said(), "1 of 8 checks done …\n2 of 8 checks done …\n");
    progress.stop();
    host.clock.advance(60);
    assert.equal(said().split("\n").length, 3);
  });

  it("is a bar on a terminal, and no lines", () => {
    const shown: string[] = [];
    const host = memoryHost({});
    const { progress, said } = watched({
      ...host,
      progressBar: (total) => ({
        update: (done, text) => shown.push(`${done}/${total} ${text}`),
        say: () => undefined,
        stop: () => shown.push("stopped"),
      }),
    });
    host.clock.advance(2);
    progress.step();
    host.clock.advance(1);
    progress.stop();
    assert.deepEqual(shown, ["0/8 0 of 8 checks done", "1/8 1 of 8 checks done", "stopped"]);
    assert.equal(said(), "");
  });
});

describe("the real promtool and amtool", function () {
  this.timeout(120_000);
  let folder = "";
  beforeEach(function () {
    for (const name of ["promtool", "amtool"]) requireTool(this, name, "judges what compile makes");
    folder = mkdtempSync(join(tmpdir(), "mlx-headroom-verify-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Everything but the claims of alerts, which take minutes. */
  async function judge(plan: Plan) {
    const host = realHost();
    const artifacts = emit(plan);
    host.writer.writeAll(folder, artifacts);
    const programs = await findPrograms(process.env["PATH"] ?? "", host);
    const made = verifiableOf({ ...plan, tests: plan.tests.slice(0, 1) }, artifacts);
    const nothing = () => undefined;
    const watcher = { start: nothing, step: nothing, stop: nothing };
    return verify(made, folder, programs, host, watcher);
  }

  const plan = compile([], { version: "0", layout: "tree" });

  it("accept the default rules, their configuration and the way of each alert", async () => {
    const { checks, failures } = await judge(plan);
    assert.deepEqual(failures, []);
    assert.ok(checks > 40);
  });

  it("object to a number that its own test does not have, and to a receiver that is not there", async () => {
    const [first, ...others] = plan.thresholds.constants;
    assert.ok(first);
    const { failures } = await judge({
      ...plan,
      thresholds: { ...plan.thresholds, constants: [{ ...first, value: 0.5 }, ...others] },
      routing: { ...plan.routing, receiver: "mlx-nobody" },
    });
    const output = failures.map(({ line, output: said }) => `${line}\n${said}`).join("\n");
    assert.match(output, /^promtool test rules .*mlx-thresholds\.yml\n[^]*FAILED/m);
    assert.match(output, /^amtool check-config .*\n[^]*undefined receiver/m);
  });
});
