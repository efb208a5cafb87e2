import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { limitFiles, type LimitFile } from "../../../src/catalog/limit-keys.ts";
import { placeOf } from "../../../src/model/generated-head.ts";
import { defaultPolicy, type Rollout } from "../../../src/model/policy.ts";
import type { Profile } from "../../../src/model/profile.ts";
import { assertGolden } from "../../support/golden.ts";
import { runProgram } from "../../support/real-commands.ts";
import { requireTool } from "../../support/requires.ts";
import { inTemporaryFolder } from "../../support/temporary-folder.ts";
import { examples, limitManifests } from "../limit-manifests.ts";
import { profile } from "../profile-document.ts";

const allFiles = Object.keys(limitFiles) as LimitFile[];
/** Of a workload without an NVIDIA card. */
const files = allFiles.filter((file) => file !== "mps.env");
const stages: readonly Rollout[] = ["observe", "soft", "hard"];
/** Free text that would end a comment, or begin something else, in one format or another. */
const owner = `Ann --> ]]> <&> "$(touch x)" 'x' # : { % \\`;

function manifests(
  rollout: Rollout,
  profiles: readonly Profile[] = examples,
): ReadonlyMap<string, string> {
  return limitManifests(profiles, { ...defaultPolicy, rollout, owner });
}

const ofExamples = new Map(stages.map((rollout) => [rollout, manifests(rollout)]));
const ofExample = (slug: string) => (file: LimitFile, rollout: Rollout) =>
  ofExamples.get(rollout)?.get(`limits/${slug}.${file}`) ?? "";
const manifest = ofExample("chat");

/** Lines that are no comments. */
const effective = (text: string) => text.split("\n").filter((line) => /^[^#]/.test(line));

/** Those of a job that bound or tell it something, with what they hold, from launchd.plist(5). */
const integers =
  "Core CPU Data FileSize MemoryLock NumberOfFiles NumberOfProcesses ResidentSetSize Stack".split(
    " ",
  );
const keysOfLaunchd: Readonly<Record<string, (value: unknown) => boolean>> = {
  SoftResourceLimits: isLimits,
  HardResourceLimits: isLimits,
  EnvironmentVariables: (value) =>
    Object.values(value as object).every((text) => typeof text === "string"),
  ThrottleInterval: Number.isInteger,
};

function isLimits(value: unknown): boolean {
  return Object.entries(value as object).every(
    ([name, limit]) => integers.includes(name) && Number.isInteger(limit),
  );
}

function assertKeysOfLaunchd(job: object): void {
  for (const [key, value] of Object.entries(job))
    assert.ok(keysOfLaunchd[key]?.(value), `${key}: ${JSON.stringify(value)}`);
}

describe("manifests of limits", () => {
  for (const file of files)
    it(`${file} is as the golden has it for the example`, () => {
      assertGolden(`limits/chat.${file}`, manifest(file, "hard"));
    });

  it("say at their heads whose, how good and how many their figures are, and what happens at a limit", () => {
    for (const slug of ["chat", "coder", "nightly-summaries"])
      for (const file of files) {
        const text = ofExample(slug)(file, "soft");
        const head = text.slice(0, text.indexOf("Made by mlx-headroom"));
        assert.match(head, /: grade [ABC], recorded /, file);
        assert.match(head, /^(# )?Its owner is Ann /m, file);
        assert.match(head, /^(# )?Scenarios: .*\(\d+ runs?, \d+ samples\)/m, file);
        assert.match(head, /^(# )?At a limit: /m, file);
      }
  });

  it("say of themselves where they belong, so that what is left of a workload is found", () => {
    const made = manifests("soft", [...examples, profile({ workload: "A---b--:c" })]);
    for (const [path, text] of made) assert.equal(placeOf(text), path);
    assert.equal(made.size, 4 * files.length + 1);
  });

  it("set nothing under observe", () => {
    assert.deepEqual(effective(manifest("systemd.conf", "observe")), ["[Unit]", "[Service]"]);
    assert.deepEqual(effective(manifest("mlx.env", "observe")), []);
    assert.doesNotMatch(manifest("ulimit.sh", "observe"), /^ulimit/m);
    assert.deepEqual(parse(manifest("compose.yaml", "observe")), { services: { chat: {} } });
    assert.doesNotMatch(manifest("kubernetes.yaml", "observe"), /^ *resources:/m);
    const bare = manifest("launchd.plist", "observe").replaceAll(/<!--[^]*?-->/g, "");
    assert.doesNotMatch(bare, /<key>/);
  });

  it("set what slows down or asks under soft, and keep the rest at hand as comments", () => {
    assert.deepEqual(effective(manifest("systemd.conf", "soft")).slice(2), ["MemoryHigh=20288M"]);
    assert.match(manifest("systemd.conf", "soft"), /^#MemoryMax=23872M$/m);
    const text = manifest("compose.yaml", "soft");
    assert.deepEqual(parse(text), { services: { chat: { mem_reservation: "20288m" } } });
    const held = text.slice(text.indexOf("# mem_limit: 2")).replaceAll(/^# /gm, "");
    const hard = parse(manifest("compose.yaml", "hard")) as { services: { chat: object } };
    assert.deepEqual({ mem_reservation: "20288m", ...parse(held) }, hard.services.chat);
    assert.deepEqual(effective(manifest("mlx.env", "soft")), [
      "MLX_HEADROOM_MEMORY_LIMIT=20288MiB",
    ]);
  });

  it("give Kubernetes requests and limits of one container, and name what a pod has no field for", () => {
    const text = manifest("kubernetes.yaml", "hard");
    const { spec } = parse(text) as {
      spec: { template: { spec: { containers: readonly { resources: unknown }[] } } };
    };
    assert.deepEqual(spec.template.spec.containers[0]?.resources, {
      requests: { memory: "20288Mi", cpu: "2200m" },
      limits: { memory: "23872Mi", cpu: "2700m" },
    });
    assert.match(text, /^# pids: not set\. /m);
    assert.doesNotMatch(text, /nvidia/);
  });

  it("spell a limit of the policy that is no whole number of MiB in bytes", () => {
    const own = { thresholds: {}, alerts: {}, limits: { memory: 30_000_000_001 } };
    const policy = { ...defaultPolicy, rollout: "hard", workloads: { chat: own } } as const;
    const text = limitManifests(examples, policy).get("limits/chat.systemd.conf") ?? "";
    assert.match(text, /^MemoryMax=30000000001$/m);
  });

  for (const rollout of stages) {
    it(`systemd takes the drop-in of ${rollout}`, function () {
      requireTool(this, "systemd-analyze", "verifies the drop-in");
      inTemporaryFolder((folder) => {
        const unit = join(folder, "mlx-limits-test.service");
        writeFileSync(unit, `[Service]\nExecStart=${process.execPath}\n`);
        mkdirSync(`${unit}.d`);
        writeFileSync(join(`${unit}.d`, "50.conf"), manifest("systemd.conf", rollout));
        const { status, output } = runProgram("systemd-analyze", ["verify", unit]);
        const ours = output.split("\n").filter((line) => line.includes("mlx-limits-test"));
        assert.deepEqual([status, ours], [0, []]);
      });
    });

    it(`a reader of property lists takes the keys of ${rollout}`, function () {
      requireTool(this, "python3", "reads property lists");
      const text = manifest("launchd.plist", rollout);
      for (const [, inside = ""] of text.matchAll(/<!--([^]*?)-->/g))
        assert.doesNotMatch(inside, /--/);
      const script =
        "import json,plistlib,sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))";
      const { status, output } = runProgram("python3", ["-c", script], text);
      assert.equal(status, 0, output);
      const limits = { NumberOfFiles: 1024 };
      const told = { MLX_HEADROOM_MEMORY_LIMIT: "20288MiB" };
      const expected = {
        observe: {},
        soft: { EnvironmentVariables: told },
        hard: {
          SoftResourceLimits: limits,
          HardResourceLimits: limits,
          EnvironmentVariables: { ...told, MLX_HEADROOM_WIRED_LIMIT: "20288MiB" },
          ThrottleInterval: 30,
        },
      };
      assert.deepEqual(JSON.parse(output), expected[rollout]);
      assertKeysOfLaunchd(JSON.parse(output) as object);
    });

    it(`the scripts of ${rollout} are sound for bash and shellcheck`, function () {
      requireTool(this, "shellcheck", "reads the scripts");
      for (const file of files.filter((name) => name.endsWith(".sh"))) {
        const text = manifest(file, rollout);
        assert.deepEqual(runProgram("bash", ["-n"], text), { status: 0, output: "" });
        assert.deepEqual(runProgram("shellcheck", ["-"], text), { status: 0, output: "" });
      }
    });
  }

  it("names limits of a job that are not set as launchd.plist(5) does", () => {
    const text = manifest("launchd.plist", "hard");
    for (const name of ["CPU", "NumberOfProcesses", "ResidentSetSize"]) {
      assert.ok(integers.includes(name));
      assert.match(text, new RegExp(`^${name}: not set\\. `, "m"));
    }
  });

  it("the script becomes the program, with its limits, and asks for one", () => {
    inTemporaryFolder((folder) => {
      const path = join(folder, "limits.sh");
      writeFileSync(path, manifest("ulimit.sh", "hard").replace("ulimit -n 1024", "ulimit -n 99"));
      const asked = runProgram("bash", [path, "bash", "-c", 'ulimit -n; echo "$1"', "x", "a b"]);
      assert.deepEqual(asked, { status: 0, output: "99\na b\n" });
      const { status, output } = runProgram("bash", [path]);
      assert.equal(status, 2);
      assert.match(output, /^usage: /);
    });
  });

  it("the script sets the limit of a program that runs, where it is in force", function () {
    requireTool(this, "prlimit", "sets limits of a program that runs");
    inTemporaryFolder((folder) => {
      const run = (rollout: Rollout) => {
        const path = join(folder, "limits.sh");
        writeFileSync(path, manifest("ulimit.sh", rollout).replace("--nofile=1024", "--nofile=99"));
        const script = `(ulimit -n 100; "$BASH" "$1" --pid "$BASHPID" && ulimit -n)`;
        return runProgram("bash", ["-c", script, "x", path]);
      };
      assert.deepEqual(run("hard"), { status: 0, output: "99\n" });
      const held = run("soft");
      assert.equal(held.status, 0);
      assert.match(held.output, /^100$/m);
      assert.match(held.output, /^not in force at this stage of the rollout$/m);
    });
  });

  it("scripts of cgroups write every limit and then the process, and stop where they cannot", () => {
    inTemporaryFolder((folder) => {
      const run = (file: LimitFile, root: string) => {
        const path = join(folder, file);
        // The root of the host is not the test's to change.
        writeFileSync(path, `MLX_CGROUP_ROOT=${root}\n${manifest(file, "hard")}`);
        return runProgram("bash", [path, "bash", "-c", 'echo "$$"']);
      };
      const told = (path: string) => readFileSync(join(folder, path), "utf8").trim();
      mkdirSync(join(folder, "memory/mlx-chat"), { recursive: true });
      writeFileSync(join(folder, "memory/mlx-chat/memory.memsw.limit_in_bytes"), "");

      const two = run("cgroup-v2.sh", folder);
      const v2 = ["memory.high", "memory.max", "memory.swap.max", "cpu.max", "pids.max"];
      assert.deepEqual(
        [...v2, "cgroup.procs"].map((name) => told(`mlx-chat/${name}`)),
        ["21273509888", "25031606272", "0", "270000 100000", "128", two.output.trim()],
      );
      assert.equal(told("cgroup.subtree_control"), "+memory +cpu +pids");

      const one = run("cgroup-v1.sh", folder);
      assert.equal(one.status, 0);
      const v1 = ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "cgroup.procs"];
      assert.deepEqual(
        v1.map((name) => told(`memory/mlx-chat/${name}`)),
        ["25031606272", "25031606272", one.output.trim()],
      );
      assert.equal(told("cpu/mlx-chat/cpu.cfs_quota_us"), "270000");
      assert.equal(told("pids/mlx-chat/pids.max"), "128");

      mkdirSync(join(folder, "other/mlx-chat/memory.max"), { recursive: true });
      const stopped = run("cgroup-v2.sh", join(folder, "other"));
      assert.equal(stopped.status, 1);
      assert.doesNotMatch(stopped.output, /^\d+$/m);
    });
  });
});
