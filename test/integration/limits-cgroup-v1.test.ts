import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hierarchyHere, makeCgroup, removeCgroup } from "../../lab/cgroup.ts";
import { defaultPolicy } from "../../src/model/policy.ts";
import { limitManifests } from "../generator/limit-manifests.ts";
import { profile } from "../generator/profile-document.ts";
import { afterwards } from "../support/lab.ts";
import { requireComponent, requireTool } from "../support/requires.ts";

const MiB = 1024 ** 2;
const controllers = ["memory", "cpu", "pids"] as const;
const workload = `limits-${process.pid}`;
/** What such a workload was recorded to use: little, so that a test can exceed it at once. */
const recorded = profile({
  workload,
  figures: {
    per: "process",
    scenarios: {
      peak: {
        runs: 2,
        n: 60,
        resources: { memory: { max: 100 * MiB }, cpu: { max: 0.15 }, threads: { max: 20 } },
      },
    },
  },
});

/** Where this machine mounts the hierarchies below one folder, as the script wants them. */
function rootOfVersion1(): string | undefined {
  const roots = controllers.map((controller) => {
    const found = hierarchyHere(controller);
    return found?.version === 1 ? join(found.mountPoint, "..") : undefined;
  });
  const [root] = roots;
  if (root === undefined || roots.some((other) => other !== root)) return undefined;
  return controllers.every((controller) => existsSync(join(root, controller))) ? root : undefined;
}

describe("the script of limits for cgroups of version 1", function () {
  this.timeout(60_000);
  const undo = afterwards();
  let root = "";
  let script = "";
  const group = (controller: string) => join(root, controller, `mlx-${workload}`);
  const told = (file: string) => {
    const [controller = ""] = file.split(".");
    return readFileSync(join(group(controller), file), "utf8").trim();
  };
  const started = (program: string, ...args: string[]) =>
    spawnSync("bash", [script, program, ...args], {
      encoding: "utf8",
      timeout: 30_000,
      env: { ...process.env, MLX_CGROUP_ROOT: root },
    });

  before(async function () {
    const found = rootOfVersion1();
    const why = "No cgroups of version 1 with memory, cpu and pids lie below one folder here.";
    requireComponent(this, found === undefined ? why : undefined);
    root = found ?? "";
    const tried = makeCgroup("mlx-headroom-limits");
    requireComponent(this, tried.kind === "ready" ? undefined : `${tried.why}.`);
    if (tried.kind === "ready") await tried.cgroup.remove();

    const folder = mkdtempSync(join(tmpdir(), "mlx-headroom-limits-"));
    undo(async () => {
      await rm(folder, { recursive: true, force: true });
    });
    script = join(folder, "limits.sh");
    const made = limitManifests([recorded], { ...defaultPolicy, rollout: "hard" });
    writeFileSync(script, made.get(`limits/${workload}.cgroup-v1.sh`) ?? "");
    undo(async () => {
      for (const controller of controllers) await removeCgroup(group(controller));
    });
  });

  it("holds the program to what the profile justifies, in every hierarchy", async () => {
    const program: ChildProcess = spawn("bash", [script, "bash", "-c", "echo; read -r"], {
      env: { ...process.env, MLX_CGROUP_ROOT: root },
      stdio: ["pipe", "pipe", "inherit"],
    });
    await once(program.stdout ?? program, "data");
    try {
      assert.equal(told("memory.limit_in_bytes"), String(192 * MiB));
      assert.equal(told("cpu.cfs_quota_us"), "20000");
      assert.equal(told("cpu.cfs_period_us"), "100000");
      assert.equal(told("pids.max"), "128");
      const lines = readFileSync(`/proc/${program.pid}/cgroup`, "utf8").split("\n");
      for (const controller of controllers)
        assert.ok(
          lines.some((line) => {
            const [, names = "", path = ""] = line.split(":");
            return names.split(",").includes(controller) && path.endsWith(`/mlx-${workload}`);
          }),
          controller,
        );
    } finally {
      program.stdin?.end();
      await once(program, "exit");
    }
  });

  it("lets the kernel kill a program that allocates past the limit, and none below it", () => {
    // What tail reads without a line feed it keeps.
    const below = started("bash", "-c", `head -c ${16 * MiB} /dev/zero | tail -n 1 | wc -c`);
    assert.equal(below.stdout.trim(), String(16 * MiB));
    assert.equal(started("tail", "-n", "1", "/dev/zero").signal, "SIGKILL");
    assert.match(told("memory.oom_control"), /^oom_kill [1-9]/m);
  });

  it("lets the kernel refuse tasks past the limit", function () {
    requireTool(this, "python3", "forks and is told why it may not");
    const { stdout } = started("python3", "-c", forks);
    assert.equal(stdout, "Resource temporarily unavailable after 127\n");
  });

  it("starts a program in the same cgroup again, and makes one wait that takes more CPU", () => {
    const spin = `until grep -q "^nr_throttled [1-9]" "$1"; do :; done`;
    const { status } = started("bash", "-c", spin, "x", join(group("cpu"), "cpu.stat"));
    assert.equal(status, 0);
  });
});

const forks = `
import os, signal
children = []
try:
    for _ in range(200):
        child = os.fork()
        if child == 0:
            signal.pause()
        children.append(child)
except OSError as error:
    print(error.strerror, "after", len(children))
for child in children:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
`;
