import assert from "node:assert/strict";
import { collectorNames, defaultCollectors } from "../../src/catalog/collectors.ts";
import { createRenderer } from "../../src/exporter/4-expose/registry.ts";
import { samplesOf } from "../../src/exporter/4-expose/samples.ts";
import { createExporter } from "../../src/exporter/exporter.ts";
import type { Roots } from "../../src/model/host.ts";
import type { Incident } from "../../src/model/incident.ts";
import type { View } from "../../src/model/view.ts";
import type { WorkloadRule } from "../../src/model/workload-rule.ts";
import { fixtureHost, roots } from "../support/fixture-host.ts";
import { assertGolden } from "../support/golden.ts";
import type { MemoryHost } from "../support/memory-host.ts";
import { runProgram } from "../support/real-commands.ts";
import { requireTool } from "../support/requires.ts";

const options = { roots, rules: [], maxProcesses: 256, maxWorkloads: 64 };

/** Two looks a second apart, so that rates are known. */
async function lookTwice(
  host: MemoryHost,
  rules: readonly WorkloadRule[] = [],
  given: Roots = roots,
): Promise<View> {
  const exporter = await createExporter(host, { ...options, rules, roots: given });
  await exporter.look();
  host.clock.advance(1);
  return exporter.look();
}

/** The kernel counts one more process. */
function fork(host: MemoryHost): void {
  const stat = host.files.read("/proc/stat");
  assert.ok(stat.kind === "read");
  const forked = stat.bytes.toString().replace(/^processes (\d+)$/m, "processes 1$1");
  host.put("/proc/stat", forked);
}

/** A second server of the same kind starts. */
function putSecond(host: MemoryHost): void {
  for (const file of ["stat", "status", "cmdline", "cgroup", "limits"]) {
    const read = host.files.read(`/proc/4242/${file}`);
    assert.ok(read.kind === "read");
    host.put(
      `/proc/4300/${file}`,
      read.bytes
        .toString("latin1")
        .replace(/^4242 (.*) 240085 /, "4300 $1 250000 ")
        .replace("Tgid:\t4242", "Tgid:\t4300"),
    );
  }
  fork(host);
}

/** The exposition without the exporter's own process_* and nodejs_* figures, which no fixture decides. */
async function exposition(view: View): Promise<string> {
  const { text } = await createRenderer().render(samplesOf(view, "0.0.0", true), "text");
  return `${text
    .split("\n\n")
    .filter((family) => family.startsWith("# HELP mlx_"))
    .map((family) => family.trimEnd())
    .join("\n")}\n`;
}

describe("exporter", () => {
  const inContainer: Roots = { procfs: "/host/proc", sysfs: "/host/sys", rootfs: "/host" };
  for (const [name, given = roots] of [
    ["hybrid-v1"],
    ["unified-v2"],
    ["systemd-v1"],
    ["container-v2", inContainer],
    ["pages-64k"],
    ["unprivileged-v2"],
    ["vanishing-v2"],
    ["old-kernel-v2"],
  ] as const) {
    it(`publishes the ${name} host byte for byte, and promtool finds nothing to say`, async function () {
      const text = await exposition(await lookTwice(fixtureHost(name, { pid: 900 }), [], given));
      assertGolden(`exposition/${name}.prom`, text);
      requireTool(this, "promtool", "checks the exposition");
      assert.deepEqual(runProgram("promtool", ["check", "metrics"], text), {
        status: 0,
        output: "",
      });
    });
  }

  it("drops a process from the next look when it has ended, and keeps its workload at 0", async () => {
    const host = fixtureHost("unified-v2");
    const exporter = await createExporter(host, options);
    assert.deepEqual(
      (await exporter.look()).processes.map(({ process }) => process.pid),
      [4242],
    );
    host.remove("/proc/4242");
    host.clock.advance(1);
    const view = await exporter.look();
    assert.deepEqual(view.processes, []);
    assert.deepEqual(
      view.workloads.map(({ name, processes, expected }) => [name, processes.length, expected]),
      [["mlx_lm.server:tiny-llama", 0, true]],
    );
  });

  it("tells once of each kind of what it leaves out", async () => {
    const told: string[] = [];
    const host = fixtureHost("unified-v2");
    host.put("/proc/4242/cmdline", `python3\0/opt/mlx_lm.server\0--model\0${"m".repeat(129)}\0`);
    const exporter = await createExporter(host, {
      ...options,
      onDropped: (kind, count) => told.push(`${count} ${kind}`),
    });
    await exporter.look();
    await exporter.look();
    assert.deepEqual(told, ["1 label"]);
  });

  it("stops missing a server that nobody configured after an hour", async () => {
    const host = fixtureHost("unified-v2");
    const exporter = await createExporter(host, options);
    await exporter.look();
    host.remove("/proc/4242");
    host.clock.advance(3601);
    assert.equal((await exporter.look()).workloads[0]?.expected, false);
  });

  it("shows a configured workload that never ran, expected as the config says", async () => {
    const rules: readonly WorkloadRule[] = [
      { name: "chat", match: { runtime: "mlx_lm.server" }, expect: "always" },
      { name: "night", match: { program: "train.py" }, expect: "never" },
    ];
    const host = fixtureHost("unified-v2");
    host.remove("/proc/4242");
    host.put("/proc/1/stat", "1 (init) S 0 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 2 0 0");
    assert.deepEqual(
      (await lookTwice(host, rules)).workloads.map(({ name, expected }) => [name, expected]),
      [
        ["chat", true],
        ["night", false],
      ],
    );
  });

  it("notices an OOM kill between two scrapes, by its tick alone", async () => {
    const host = fixtureHost("unified-v2");
    const exporter = await createExporter(host, options);
    await exporter.look();
    host.put("/sys/fs/cgroup/mlx.slice/chat.service/memory.events", "oom 1\noom_kill 1\n");
    host.remove("/proc/4242");
    host.clock.advance(1);
    await exporter.tick();
    assert.equal((await exporter.look()).workloads[0]?.counters?.oomKills, 1);
  });

  it("tells of an OOM kill where least memory was left: the slice with the sibling, not the wider service", async () => {
    const host = fixtureHost("unified-v2");
    const incidents: Incident[] = [];
    const exporter = await createExporter(host, {
      ...options,
      onIncident: (incident) => incidents.push(incident),
    });
    host.put("/sys/fs/cgroup/mlx.slice/chat.service/memory.events", "oom 1\noom_kill 1\n");
    host.remove("/proc/4242");
    host.clock.advance(1);
    await exporter.tick();
    assert.deepEqual(incidents, [
      {
        kind: "oom_kill",
        workload: "mlx_lm.server:tiny-llama",
        resource: "memory",
        pid: 4242,
        count: 1,
        scope: "/mlx.slice",
        limit: 8 * 1024 ** 3,
        usage: 7_621_050_368,
      },
    ]);
  });

  it("takes the host for the scope of an OOM kill when it has less left than any cgroup", async () => {
    const host = fixtureHost("unified-v2");
    const incidents: Incident[] = [];
    host.put("/proc/meminfo", "MemTotal: 9000000 kB\nMemAvailable: 1000 kB\n");
    const exporter = await createExporter(host, {
      ...options,
      onIncident: (incident) => incidents.push(incident),
    });
    host.put("/proc/vmstat", "oom_kill 1\n");
    host.remove("/sys/fs/cgroup/mlx.slice/chat.service");
    host.remove("/sys/fs/cgroup/mlx.slice/memory.events");
    host.remove("/proc/4242");
    host.clock.advance(1);
    await exporter.tick();
    const [first] = incidents;
    assert.ok(first?.kind === "oom_kill");
    assert.deepEqual(
      [first.scope, first.limit, first.usage],
      ["host", 9_000_000 * 1024, 8_999_000 * 1024],
    );
  });

  describe("around a workload", () => {
    const level = "/sys/fs/cgroup/mlx.slice/chat.service";
    const watched = async (host = fixtureHost("unified-v2")) => {
      const incidents: Incident[] = [];
      const onIncident = (incident: Incident) => incidents.push(incident);
      const exporter = await createExporter(host, { ...options, onIncident });
      return { host, exporter, incidents };
    };
    const tick = async ({ host, exporter }: Awaited<ReturnType<typeof watched>>) => {
      host.clock.advance(1);
      await exporter.tick();
    };
    const noteworthy = (incidents: readonly Incident[]) =>
      incidents.map((incident) =>
        "event" in incident
          ? [incident.kind, incident.resource, incident.event, incident.count, incident.limit]
          : [incident.kind],
      );

    it("counts limit hits and throttling at the next tick, and tells of each once, with the limit", async () => {
      const run = await watched();
      const { host, exporter, incidents } = run;
      host.put(`${level}/memory.events.local`, "low 0\nhigh 9\nmax 4\noom 0\noom_kill 0\n");
      host.put(
        `${level}/cpu.stat`,
        "usage_usec 9000000\nnr_periods 30\nnr_throttled 7\nthrottled_usec 505000\n",
      );
      host.put(`${level}/pids.events.local`, "max 3\n");
      host.put(`${level}/memory.swap.events`, "high 0\nmax 2\nfail 7\n");
      await tick(run);
      await tick(run);
      assert.deepEqual((await exporter.look()).workloads[0]?.counters?.levelEvents, {
        high: 5,
        max: 1,
        oom: 0,
        swap_max: 0,
        swap_fail: 4,
        threads_max: 2,
        periods: 20,
        throttled_periods: 5,
        throttled_seconds: 0.5,
      });
      assert.deepEqual(noteworthy(incidents), [
        ["limit_hit", "memory", "high", 5, 6 * 1024 ** 3],
        ["limit_hit", "memory", "max", 1, 6 * 1024 ** 3],
        ["limit_hit", "swap", "swap_fail", 4, 1024 ** 3],
        ["throttling_started", "cpu", "throttled_periods", 5, 3],
        ["limit_hit", "threads", "threads_max", 2, 512],
      ]);
    });

    it("counts what happened up to a process's end, when a scan finds it gone before any tick", async () => {
      const run = await watched();
      run.host.put(`${level}/memory.events.local`, "high 4\nmax 40\noom 1\n");
      run.host.remove("/proc/4242");
      const [workload] = (await run.exporter.look()).workloads;
      assert.deepEqual(
        [workload?.counters?.levelEvents.max, workload?.counters?.levelEvents.oom],
        [37, 1],
      );
    });

    it("counts all that happened in a service that started while we watched, and nothing of its slice's past", async () => {
      const slice = "/sys/fs/cgroup/old.slice";
      const host = fixtureHost("unified-v2");
      host.put(`${slice}/memory.events.local`, "high 0\nmax 500\noom 0\n");
      const { exporter } = await watched(host);
      for (const file of ["stat", "status", "cmdline", "limits"]) {
        const read = host.files.read(`/proc/4242/${file}`);
        assert.ok(read.kind === "read");
        const text = read.bytes.toString("latin1").replace(/^4242 (.*) 240085 /, "4300 $1 250000 ");
        host.put(
          `/proc/4300/${file}`,
          text.replace("tiny-llama", "other").replace("Tgid:\t4242", "Tgid:\t4300"),
        );
      }
      fork(host);
      host.put("/proc/4300/cgroup", "0::/old.slice/next.service\n");
      host.put(`${slice}/next.service/memory.events.local`, "high 0\nmax 12\noom 1\n");
      host.clock.advance(5);
      await exporter.tick();
      const counters = async () =>
        (await exporter.look()).workloads.map(({ name, counters }) => [
          name,
          counters?.levelEvents.max,
          counters?.levelEvents.oom,
        ]);
      const counted = [
        ["mlx_lm.server:other", 12, 1],
        ["mlx_lm.server:tiny-llama", 0, 0],
      ];
      assert.deepEqual(await counters(), counted);
      assert.deepEqual(await counters(), counted, "and once only");
    });

    it("reads limits and usage of a level in a tick only when something happened there", async () => {
      const run = await watched();
      run.host.touched.length = 0;
      await tick(run);
      const limits = run.host.touched.filter((path) => /\.(max|current|stat|high)$/.test(path));
      assert.deepEqual(
        limits.filter((path) => !path.endsWith("/cpu.stat")),
        [],
      );
      assert.ok(run.host.touched.length < 25, run.host.touched.join("\n"));
    });
  });

  it("counts no exit of a process that was found while another look waited for a GPU driver", async () => {
    const host = fixtureHost("unified-v2");
    host.setNvml("hangs");
    const exporter = await createExporter(host, options);
    const waiting = exporter.look();
    await new Promise(setImmediate);
    putSecond(host);
    host.clock.advance(0.1);
    await exporter.look();
    host.clock.advance(1);
    await waiting;
    for (let look = 0; look < 2; look++) {
      host.clock.advance(1);
      await exporter.look();
    }
    const counters = (await exporter.look()).workloads[0]?.counters;
    assert.deepEqual([counters?.processStarts, counters?.processExits.unknown], [1, 0]);
  });

  it("finds a new process between scrapes within five ticks, and counts its start", async () => {
    const host = fixtureHost("unified-v2");
    const exporter = await createExporter(host, options);
    await exporter.look();
    putSecond(host);
    for (let second = 0; second < 5; second++) {
      host.touched.length = 0;
      host.clock.advance(1);
      await exporter.tick();
    }
    assert.ok(host.touched.includes("/proc/4300/status"), "the fifth tick read the new process");
    assert.equal((await exporter.look()).workloads[0]?.counters?.processStarts, 1);
  });

  it("renames a process by new rules, and keeps the counters of its old workload", async () => {
    const host = fixtureHost("unified-v2");
    const exporter = await createExporter(host, options);
    const old = "mlx_lm.server:tiny-llama";
    await exporter.look();
    const stat = host.files.read("/proc/4242/stat");
    assert.ok(stat.kind === "read");
    const fields = stat.bytes.toString("latin1").split(" ");
    fields[13] = String(Number(fields[13]) + 500);
    host.put("/proc/4242/stat", fields.join(" "));
    host.clock.advance(1);
    assert.equal((await exporter.look()).workloads[0]?.counters?.cpuSeconds, 5);

    exporter.configure([{ name: "chat", match: { runtime: "mlx_lm.server" }, expect: "always" }]);
    host.clock.advance(1);
    const renamed = await exporter.look();
    assert.deepEqual(
      renamed.workloads.map(({ name, processes, counters }) => [
        name,
        processes.length,
        counters?.cpuSeconds,
        counters?.processStarts,
        counters?.processExits.unknown,
      ]),
      [
        ["chat", 1, 0, 0, 0],
        [old, 0, 5, 0, 0],
      ],
    );
    assert.deepEqual(
      renamed.workloads.map(({ expected }) => expected),
      [true, false],
      "nothing is missing under the name that was given up",
    );

    exporter.configure([]);
    host.clock.advance(1);
    assert.deepEqual(
      (await exporter.look()).workloads.map(({ name, expected, counters }) => [
        name,
        expected,
        counters?.cpuSeconds,
      ]),
      [
        ["chat", false, 0],
        [old, true, 5],
      ],
    );
    host.remove("/proc/4242");
    host.clock.advance(1);
    assert.deepEqual(
      (await exporter.look()).workloads.map(({ expected }) => expected),
      [false, true],
      "a crash after the reload is missed under the name it had then",
    );
  });

  it("expects what new rules expect, and nothing under a stopped workload's name that they gave up", async () => {
    const host = fixtureHost("unified-v2");
    const rule = (name: string): WorkloadRule => ({
      name,
      match: { runtime: "mlx_lm.server" },
      expect: "always",
    });
    const exporter = await createExporter(host, { ...options, rules: [rule("chat")] });
    const expectations = async () => {
      host.clock.advance(1);
      return (await exporter.look()).workloads.map(({ name, expected }) => [name, expected]);
    };
    assert.deepEqual(await expectations(), [["chat", true]]);
    host.remove("/proc/4242");
    assert.deepEqual(await expectations(), [["chat", true]]);
    exporter.configure([rule("talk")]);
    assert.deepEqual(await expectations(), [
      ["chat", false],
      ["talk", true],
    ]);
  });

  it("publishes CPU time by thread name when asked, and reads threads for scrapes only", async () => {
    const host = fixtureHost("unified-v2");
    const put = (tid: number, name: string, user: number) => {
      const tail = "S 1 1 1 0 -1 0 1 2 3 4";
      host.put(
        `/proc/4242/task/${tid}/stat`,
        `${tid} (${name}) ${tail} ${user} 2 0 0 20 0 2 0 ${tid} 1`,
      );
    };
    put(4242, "mlx_lm.server", 40);
    put(4243, "Thread-1", 30);
    const exporter = await createExporter(host, {
      ...options,
      collectors: new Set([...defaultCollectors, "threads"]),
    });
    host.clock.advance(10);
    await exporter.tick();
    assert.ok(!host.touched.some((path) => path.includes("/task")), "a tick reads no threads");
    await exporter.look();
    host.remove("/proc/4242/task/4243");
    put(4244, "Thread-2", 5);
    host.clock.advance(1);
    const text = await exposition(await exporter.look());
    const p = 'workload="mlx_lm.server:tiny-llama",pid="4242"';
    assert.deepEqual(
      text.split("\n").filter((line) => line.startsWith("mlx_process_thread")),
      [
        `mlx_process_threads{${p}} 10`,
        `mlx_process_threads_by_name{${p},thread="mlx_lm.server"} 1`,
        `mlx_process_threads_by_name{${p},thread="Thread-N"} 1`,
        `mlx_process_thread_cpu_seconds_total{${p},thread="mlx_lm.server",mode="user"} 0.4`,
        `mlx_process_thread_cpu_seconds_total{${p},thread="mlx_lm.server",mode="system"} 0.02`,
        `mlx_process_thread_cpu_seconds_total{${p},thread="Thread-N",mode="user"} 0.35`,
        `mlx_process_thread_cpu_seconds_total{${p},thread="Thread-N",mode="system"} 0.04`,
        `mlx_process_threads_limit{${p},source="pids"} 512`,
        `mlx_process_threads_limit{${p},source="host"} 256000`,
        `mlx_process_threads_limit{${p},source="rlimit_nproc"} 96365`,
        `mlx_process_threads_headroom{${p},source="pids"} 500`,
        `mlx_process_threads_headroom{${p},source="host"} 254650`,
      ],
    );
  });

  it("says why there are no threads where they cannot be read", async () => {
    const host = fixtureHost("unified-v2");
    host.put("/proc/4242/task", { failed: "EIO" });
    const exporter = await createExporter(host, {
      ...options,
      collectors: new Set([...defaultCollectors, "threads"]),
    });
    const { processes, collectors } = await exporter.look();
    assert.ok(
      processes[0]?.unavailable.some(
        ({ field, reason }) => field === "thread_cpu_seconds" && reason === "error",
      ),
    );
    assert.equal(collectors.find(({ collector }) => collector === "threads")?.success, false);
  });

  it("claims nothing about cgroups while nobody reads them, and still notices an OOM kill", async () => {
    const host = fixtureHost("unified-v2");
    const exporter = await createExporter(host, {
      ...options,
      collectors: new Set(collectorNames.filter((name) => name !== "cgroup" && name !== "threads")),
    });
    await exporter.look();
    host.clock.advance(1);
    const text = await exposition(await exporter.look());
    assert.doesNotMatch(text, /^mlx_workload_(cpu_(throttled_)?periods|memory_limit_events)/m);
    assert.doesNotMatch(text, /^mlx_workload_limited\{.*resource="threads"/m);
    assert.match(text, /^mlx_workload_limited\{.*resource="open_fds"\} 1$/m);
    assert.match(
      text,
      /^mlx_exporter_unavailable\{.*field="memory_limit\/cgroup",reason="not_measured"\} 1$/m,
    );
    assert.ok(!host.touched.some((path) => path.startsWith("/sys/fs/cgroup")));

    host.put("/proc/vmstat", "oom_kill 1\n");
    host.remove("/proc/4242");
    host.clock.advance(1);
    await exporter.tick();
    assert.equal((await exporter.look()).workloads[0]?.counters?.oomKills, 1);
  });

  it("reads one file per tracked process in a tick that is no scan", async () => {
    const host = fixtureHost("unified-v2");
    const exporter = await createExporter(host, options);
    await exporter.look();
    host.clock.advance(1);
    host.touched.length = 0;
    await exporter.tick();
    assert.deepEqual(
      host.touched.filter((path) => path.startsWith("/proc/4242/")),
      ["/proc/4242/stat"],
    );
  });
});
