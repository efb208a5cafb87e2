import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
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

  it("is exposed no more than it was when that was last looked at", function () {
    requireTool(this, "systemd-analyze", "knows what each setting is worth");
    const path = join(repository, "deploy/mlx-headroom.service");
    // In tenths: 2.1 was measured with systemd 252.
    const { status, output } = runProgram("systemd-analyze", [
      "security",
      "--offline=yes",
      "--threshold=22",
      path,
    ]);
    assert.equal(status, 0, output);
  });

  it("leaves open, with a reason each, what would blind the exporter or stop Node", () => {
    const open = ["ProtectProc=default", "ProcSubset=all", "PrivateUsers=no"];
    for (const setting of [...open, "MemoryDenyWriteExecute=no"])
      assert.match(unit, new RegExp(`^#.*\n(?:\\w+=.*\n)?${setting}$`, "m"));
    assert.doesNotMatch(unit, /^(PrivateDevices|PrivateNetwork)=yes/m);
  });

  it("is killed late, bounded, and starts again for ever", () => {
    for (const line of [/^OOMScoreAdjust=-\d+$/m, /^MemoryMax=\d+M$/m, /^CPUWeight=\d+$/m])
      assert.match(unit, line);
    assert.match(unit, /^Restart=always\n(?:#.*\n)*RestartSec=[1-9]/m);
    assert.match(unit, /^StartLimitIntervalSec=0$/m);
  });
});

describe("the folder for reports", () => {
  it("is made by systemd's own program as the documentation says: others may only put files there", function () {
    requireTool(this, "systemd-tmpfiles", "makes the folder");
    const root = mkdtempSync(join(tmpdir(), "mlx-headroom-tmpfiles-"));
    try {
      const mine = `${String(process.getuid?.())} ${String(process.getgid?.())}`;
      const path = join(root, "mlx-headroom.conf");
      const written = readFileSync(join(repository, "deploy/mlx-headroom.tmpfiles.conf"), "utf8");
      writeFileSync(path, written.replace("root root", mine));
      const args = ["--create", `--root=${root}`, path];
      const { status, output } = runProgram("systemd-tmpfiles", args);
      assert.equal(status, 0, output);
      assert.equal(statSync(join(root, "run/mlx-headroom")).mode & 0o7777, 0o1733);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
