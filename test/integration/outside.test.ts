import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cgroup } from "../../lab/cgroup.ts";
import { runCommand, temporaryFolder } from "../../lab/children.ts";
import { runMlxHeadroomWithin, startExporter } from "../../lab/exporter.ts";
import { startStandIn } from "../../lab/stand-in.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { parseProcStat } from "../../src/model/proc-stat.ts";
import { select } from "../support/exposition.ts";
import { afterwards, orSkip, realCgroup } from "../support/lab.ts";
import { requireComponent, requireTool } from "../support/requires.ts";

const mebibyte = 1024 * 1024;
const nobody = 65534;
const ownPids = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"] as const;

/** `sh -c SCRIPT` with arguments of its own; the command that follows is what the script executes as `"$@"`. */
function shell(script: string, ...args: readonly string[]): readonly string[] {
  const shifts = args.map((_, index) => `a${index + 1}=$1; shift; `).join("");
  return ["sh", "-ec", `${shifts}${script}`, "sh", ...args];
}

/** A procfs of its own: hidepid is a property of the file system, and the machine's must stay as it is. */
const hidden = [
  "unshare",
  "--mount",
  ...shell(`mount -t proc -o hidepid=2 proc /proc; exec "$@"`),
] as const;

/** What a container has that was given the machine's procfs and cgroups, and shares nothing else. */
function given(folder: string): readonly [string, ...string[]] {
  const mounts = `mount --bind /proc "$a1/proc"; mount --rbind /sys "$a1/sys"`;
  return [
    "unshare",
    ...["--mount", ...shell(`${mounts}; exec "$@"`, folder)],
    ...["unshare", "--cgroup", "--pid", "--fork", "--kill-child", "--mount-proc"],
  ];
}

/** What a container has that sees its own cgroup and nothing above: its cgroups are mounted in its own namespace. */
function confined({ folder, version }: Cgroup): readonly [string, ...string[]] {
  const mounts =
    version === 2
      ? "mount -t cgroup2 none /sys/fs/cgroup"
      : "mount -t tmpfs none /sys/fs/cgroup; mkdir /sys/fs/cgroup/memory; mount -t cgroup -o memory none /sys/fs/cgroup/memory";
  return [
    ...(shell(`echo $$ > "$a1/cgroup.procs"; exec "$@"`, folder) as [string, ...string[]]),
    ...["unshare", "--cgroup", "--mount"],
    ...shell(`umount -R /sys/fs/cgroup; ${mounts}; exec "$@"`),
  ];
}

interface Absent {
  readonly field: string;
  readonly reason: string;
}

interface ListedProcess {
  readonly pid: number;
  readonly workload: string;
  readonly limits: readonly {
    readonly resource: string;
    readonly source: string;
    readonly scope: string;
    readonly limit: number;
    readonly usage?: number;
    readonly headroom?: number;
  }[];
  readonly unavailable: readonly Absent[];
}

interface Listed {
  readonly unavailable?: readonly Absent[];
  readonly processes: readonly ListedProcess[];
}

function limitOf(process: ListedProcess | undefined, resource: string, source: string) {
  return process?.limits.find((limit) => limit.resource === resource && limit.source === source);
}

function reasonsOf(process: ListedProcess, field: string): readonly string[] {
  return process.unavailable.flatMap((absent) => (absent.field === field ? [absent.reason] : []));
}

describe("an exporter that may not see every process of the machine", function () {
  this.timeout(60_000);
  const undo = afterwards();
  let parent: Cgroup;
  let cgroup: Cgroup;
  let pid: number;
  let workload: string;
  /** As it is seen from the machine itself. */
  let whole: ListedProcess | undefined;

  before(async function () {
    const root = process.getuid?.() === 0;
    requireComponent(this, root ? undefined : "Only root can make these namespaces here.");
    requireTool(this, "unshare", "makes namespaces");
    requireTool(this, "setpriv", "starts the exporter as another user");
    const tried = await runCommand("unshare", [...ownPids.slice(1), "true"]);
    requireComponent(
      this,
      tried.kind === "ok" ? undefined : `No namespace may be made here: ${tried.stderr.trim()}.`,
    );
    const second = parseProcStat(readFileSync("/proc/2/stat", "latin1"));
    requireComponent(
      this,
      second?.kernelThread === true ? undefined : "These tests run in a PID namespace themselves.",
    );
    parent = realCgroup(this, "mlx-headroom-outside", 250 * mebibyte);
    undo(() => parent.remove());
    cgroup = orSkip(this, parent.child("mlx", 300 * mebibyte)).cgroup;
    undo(() => cgroup.remove());
    const idle = "import time\nprint('here', flush=True)\ntime.sleep(600)\n";
    const standIn = orSkip(this, await startStandIn("outside", idle, [cgroup.folder]));
    undo(() => standIn.child.stop());
    ({ workload } = standIn);
    ({ pid } = standIn.child);
    const printed = () => (standIn.child.lastLines() === "here" ? true : undefined);
    assert.equal(await waitUntil(printed, { timeoutSeconds: 30 }), true);
  });

  async function ps(
    within: readonly [string, ...string[]],
    ...flags: readonly string[]
  ): Promise<Listed> {
    const ended = await runMlxHeadroomWithin(within, "ps", "--format", "json", ...flags);
    assert.equal(ended.kind, "ok", ended.stderr);
    return JSON.parse(ended.stdout) as Listed;
  }

  function ours({ processes }: Listed) {
    return processes.find((process) => process.workload === workload);
  }

  it("says nothing of the kind on the machine itself", async () => {
    const listed = await ps(["env"]);
    whole = ours(listed);
    assert.equal(whole?.pid, pid);
    assert.equal(listed.unavailable, undefined);
  });

  for (const [where, within, user, reason, sentence] of [
    ["in a PID namespace of its own", ownPids, undefined, "unsupported", /--pid=host.*hostPID/],
    ["where hidepid hides them", hidden, nobody, "forbidden", /CAP_SYS_PTRACE/],
  ] as const) {
    it(`publishes and logs that processes may run that are not seen: ${where}`, async function () {
      const as = user === undefined ? {} : { user: { uid: user, capabilities: [] } };
      const { exporter } = orSkip(this, await startExporter({ within, ...as }));
      undo(() => exporter.stop());
      const text = await exporter.metrics();
      assert.deepEqual(
        select(text, "mlx_exporter_unavailable", { workload: "" }).map(({ labels, value }) => [
          labels["field"],
          labels["reason"],
          value,
        ]),
        [["other_processes", reason, 1]],
      );
      assert.deepEqual(select(text, "mlx_process_info", { workload }), []);
      const warnings = exporter
        .log()
        .split("\n")
        .filter((line) => sentence.test(line));
      assert.equal(warnings.length, 1, exporter.log());
      assert.match(warnings[0] ?? "", /level=warn .*field=other_processes/);
    });
  }

  it("finds a process outside, its limits and headroom by the machine's procfs and cgroups given to it", async () => {
    const folder = temporaryFolder("host");
    for (const name of ["proc", "sys"]) mkdirSync(join(folder, name));
    const flags = [`--path.procfs=${folder}/proc`, `--path.sysfs=${folder}/sys`];
    const listed = await ps(given(folder), ...flags, "--path.rootfs=/");
    assert.equal(listed.unavailable, undefined);
    const found = ours(listed);
    assert.ok(found?.pid === pid);
    const { scope, limit, usage = 0, headroom } = limitOf(found, "memory", "cgroup") ?? {};
    assert.deepEqual([scope, limit], [parent.scope, 250 * mebibyte]);
    assert.ok(usage > 0 && headroom === 250 * mebibyte - usage);
    // Since Linux 6.14 kernel.pid_max is the reader's namespace's own, whichever procfs shows it.
    const tasks = limitOf(found, "threads", "host")?.limit;
    const why = reasonsOf(found, "threads_limit/host");
    if (tasks === undefined) assert.deepEqual(why, ["unsupported"]);
    else assert.equal(tasks, limitOf(whole, "threads", "host")?.limit);
  });

  it("says that a limit may stand above the cgroups that it sees, beside the one that it sees", async () => {
    const found = ours(await ps(confined(cgroup)));
    assert.ok(found !== undefined);
    assert.equal(limitOf(found, "memory", "cgroup")?.limit, 300 * mebibyte);
    assert.deepEqual(reasonsOf(found, "memory_limit/cgroup"), ["unsupported"]);
  });
});
