import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../support/fixture-host.ts";
import { runProgram } from "../support/real-commands.ts";
import { requireTool } from "../support/requires.ts";

const unit = readFileSync(join(repository, "deploy/mlx-headroom.service"), "utf8");

describe("the systemd unit", () => {
  it("is accepted by systemd itself", function () {
    requireTool(this, "systemd-analyze", "verifies the unit");
    const folder = mkdtempSync(join(tmpdir(), "mlx-headroom-unit-"));
    try {
      const path = join(folder, "mlx-headroom.service");
      // The verifier looks for the program, which is not installed where tests run.
      writeFileSync(path, unit.replace("/usr/bin/node", process.execPath));
      const { status, output } = runProgram("systemd-analyze", ["verify", path]);
      const ours = output.split("\n").filter((line) => line.includes("mlx-headroom"));
      assert.deepEqual([status, ours], [0, []]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("gives Node flags that it knows, the same as the image and the bench do", () => {
    const flags = /^ExecStart=\/usr\/bin\/node (--.*) \/usr\/local/m.exec(unit)?.[1] ?? "";
    const { status, output } = runProgram(process.execPath, [...flags.split(" "), "--version"]);
    assert.deepEqual([status, output], [0, `${process.version}\n`]);
    const read = (path: string) => readFileSync(join(repository, path), "utf8");
    const quoted = flags.split(" ").map((flag) => JSON.stringify(flag));
    assert.ok(read("Dockerfile").includes(quoted.join(", ")));
    assert.ok(read("bench/inside-exporter.ts").includes(flags));
  });

  it("asks for no more rights than the documentation names, and for no root", () => {
    const rights =
      /^AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH$/m.exec(unit)?.[0] ?? "";
    assert.notEqual(rights, "");
    assert.ok(readFileSync(join(repository, "docs/deploy.md"), "utf8").includes(`\`${rights}\``));
    assert.match(unit, /^DynamicUser=yes$/m);
    assert.doesNotMatch(unit, /^User=root/m);
  });
});
