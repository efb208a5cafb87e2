import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { sysctlCommand } from "../../../src/exporter/2-collect/darwin-sysctl.ts";
import { main } from "../../../src/cli.ts";
import { fixtureHost } from "../../support/fixture-host.ts";
import { fixtureMac, parseCommandFile } from "../../support/fixture-mac.ts";
import type { MemoryHost } from "../../support/memory-host.ts";
import { inPidNamespace } from "../../support/pid-namespace.ts";

/** Runs the command; time passes meanwhile. */
async function doctor(host: MemoryHost, ...flags: readonly string[]) {
  const said = { stdout: "", stderr: "", code: -1 };
  const state = { done: false };
  const running = main(["doctor", ...flags], host, {
    stdout: (text) => (said.stdout += text),
    stderr: (text) => (said.stderr += text),
    colour: false,
    environment: {},
  }).finally(() => (state.done = true));
  while (!state.done) {
    host.clock.advance(0.5);
    await sleep(1);
  }
  return { ...said, code: await running };
}

describe("doctor", () => {
  it("says on a Mac what works, what is absent and why, and what macOS does not enforce", async () => {
    const { stdout, code } = await doctor(fixtureMac("mac-swapped", { pid: 900 }));
    assert.equal(code, 0);
    assert.match(stdout, /^note {2}native calls: are not made/m);
    assert.match(stdout, /^ok {4}processes: 2 of MLX/m);
    assert.match(stdout, /^note {2}absent, forbidden: gpu_memory_bytes/m);
    assert.match(stdout, /^note {2}RLIMIT_AS.*: not enforced here/m);
  });

  it("exits with 1 where something does not work", async () => {
    const host = fixtureMac("mac-swapped", { pid: 900 });
    host.setCommand([sysctlCommand.path, ...sysctlCommand.args].join(" "), { kind: "absent" });
    const { stdout, code } = await doctor(host);
    assert.match(stdout, /^FAIL {2}collector host: failed/m);
    assert.equal(code, 1);
  });

  it("writes a report that is itself a fixture machine, without what it must not tell", async () => {
    const host = fixtureMac("mac-swapped", { pid: 900 });
    await doctor(host, "--report", "/report");
    const listed = host.files.list("/report/commands");
    assert.ok(listed.kind === "listed" && listed.names.length >= 5);
    for (const name of listed.names) {
      const read = host.files.read(`/report/commands/${name}`);
      assert.ok(read.kind === "read");
      const { run } = parseCommandFile(read.bytes, name);
      const text = run !== "hangs" && run.kind === "ran" ? run.stdout.toString("latin1") : "";
      assert.doesNotMatch(text, /\/Users\/(?!dev\b)|update_plist|enable_thinking|voxel/);
    }
  });

  it("notes that processes may run that are not seen, and no fault in that", async () => {
    const host = inPidNamespace(fixtureHost("unified-v2", { pid: 900 }));
    const { stdout, code } = await doctor(host);
    assert.match(
      stdout,
      /^note {2}other processes, unsupported: Only processes of this PID namespace/m,
    );
    assert.equal(code, 0);
    const whole = await doctor(fixtureHost("unified-v2", { pid: 900 }));
    assert.doesNotMatch(whole.stdout, /other processes/);
  });

  it("works on Linux too, and prints JSON when asked", async () => {
    const { stdout, code } = await doctor(
      fixtureHost("unified-v2", { pid: 900 }),
      "--format",
      "json",
    );
    const { findings } = JSON.parse(stdout) as { findings: readonly { readonly about: string }[] };
    assert.ok(findings.some(({ about }) => about === "collector cgroup"));
    assert.equal(code, 0);
  });
});
