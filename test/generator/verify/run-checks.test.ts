import assert from "node:assert/strict";
import { findProgram } from "../../../src/generator/verify/find-programs.ts";
import { runChecks } from "../../../src/generator/verify/run-checks.ts";
import type { CommandRun, Commands } from "../../../src/model/commands.ts";
import { memoryHost } from "../../support/memory-host.ts";

const ran = (exitCode: number | null, stdout = "", stderr = ""): CommandRun => ({
  kind: "ran",
  exitCode,
  stdout: Buffer.from(stdout),
  stderr,
});

describe("finding a program", () => {
  it("takes the first in the path that answers, and its version from wherever it says it", async () => {
    const host = memoryHost({
      "/a/promtool": "not executable",
      "/b/promtool": "",
      "/c/promtool": "",
      "/c/amtool": "",
    });
    host.setCommand("/a/promtool --version", { kind: "forbidden" });
    host.setCommand("/b/promtool --version", ran(0, "", "promtool, version 2.42.0+ds (branch: x)"));
    host.setCommand("/c/promtool --version", ran(0, "promtool, version 3.0.0"));
    host.setCommand("/c/amtool --version", ran(0, "no idea"));
    const find = (name: "promtool" | "amtool", path: string) => findProgram(name, path, host);
    assert.deepEqual(await find("promtool", "/none:/a:/b:/c"), {
      path: "/b/promtool",
      version: "2.42.0+ds",
    });
    assert.deepEqual(await find("amtool", "/a:/b:/c"), { path: "/c/amtool", version: "" });
    assert.equal(await find("amtool", "/a:/b"), undefined);
  });

  it("takes none from a folder that depends on where we are", async () => {
    const host = memoryHost({ promtool: "", "./promtool": "", "bin/promtool": "" });
    for (const path of ["", ".", ":bin", "bin"])
      assert.equal(await findProgram("promtool", path, host), undefined);
    assert.deepEqual(host.ran, []);
  });
});

describe("running checks", () => {
  const checks = ["a", "b", "c", "d", "e"].map((name) => ({
    program: "promtool" as const,
    args: [name],
  }));

  it("runs so many at a time and never more, all of them, and counts each", async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    const commands: Commands = {
      async run() {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        return ran(0);
      },
    };
    const failures = await runChecks(
      checks,
      (name) => `/b/${name}`,
      commands,
      2,
      () => done++,
    );
    assert.deepEqual([failures, most, done], [[], 2, 5]);
    await runChecks(
      checks,
      (name) => name,
      commands,
      0,
      () => done++,
    );
    assert.equal(done, 10);
  });

  it("tells of those that failed, in their order, whichever ends first, with what they said", async () => {
    const ways: Readonly<Record<string, CommandRun>> = {
      a: ran(1, "FAILED:\n", " got: []\n"),
      b: { kind: "timeout" },
      c: { kind: "failed", message: "EMFILE" },
      d: { kind: "absent" },
      e: ran(null),
    };
    const commands: Commands = {
      async run(path, [name = ""]) {
        assert.equal(path, "/b/promtool");
        if (name === "a") await new Promise((resolve) => setTimeout(resolve, 20));
        return ways[name] ?? ran(0);
      },
    };
    const failures = await runChecks(
      checks,
      (name) => `/b/${name}`,
      commands,
      5,
      () => undefined,
    );
    assert.deepEqual(failures, [
      { line: "promtool a", output: "FAILED:\n got: []" },
      { line: "promtool b", output: "It did not end within 1800 s." },
      { line: "promtool c", output: "EMFILE" },
      { line: "promtool d", output: "It is gone, or may not be run any more." },
      { line: "promtool e", output: "" },
    ]);
  });
});
