import assert from "node:assert/strict";
import { collectorNames } from "../../../src/catalog/collectors.ts";
import { samplesOf } from "../../../src/exporter/4-expose/samples.ts";
import { createExporter } from "../../../src/exporter/exporter.ts";
import type { ProbeResult } from "../../../src/model/probe.ts";
import type { CgroupController } from "../../../src/model/cgroup-reading.ts";
import type { Reason } from "../../../src/model/figure.ts";
import type { View } from "../../../src/model/view.ts";
import type { ProcessView } from "../../../src/model/view.ts";
import { metrics } from "../../../src/catalog/metrics.ts";
import { allocatorReport } from "../../support/allocator-report.ts";
import { fixtureHost, roots } from "../../support/fixture-host.ts";

async function view(): Promise<View> {
  const host = fixtureHost("unified-v2");
  const exporter = await createExporter(host, {
    roots,
    rules: [],
    maxProcesses: 256,
    maxWorkloads: 64,
    collectors: new Set(collectorNames),
  });
  await exporter.look();
  host.clock.advance(1);
  return exporter.look();
}

/** The same workload with a second process, changed as a test wishes. */
async function withSecond(change: (process: ProcessView) => ProcessView): Promise<View> {
  const base = await view();
  const [first] = base.processes;
  const [workload] = base.workloads;
  assert.ok(first !== undefined && workload !== undefined);
  const second = change({ ...first, process: { ...first.process, pid: 4300 } });
  return {
    ...base,
    processes: [first, second],
    workloads: [{ ...workload, processes: [first, second] }],
  };
}

function values(of: View, metric: string): readonly number[] {
  return samplesOf(of, "0", true)
    .filter((sample) => sample.metric === metric)
    .map(({ value }) => value);
}

function memoryLimited(of: View): readonly number[] {
  return samplesOf(of, "0", true)
    .filter((sample) => sample.metric === "workloadLimited" && sample.labels.resource === "memory")
    .map(({ value }) => value);
}

describe("samples", () => {
  it("say once, of no workload, that processes may run that are not seen, and nothing where all are", async () => {
    const rows = (of: View) =>
      samplesOf(of, "0", true).flatMap(({ metric, labels, value }) =>
        metric === "exporterUnavailable" && labels.workload === "" ? [{ labels, value }] : [],
      );
    const base = await view();
    assert.deepEqual(rows(base), []);
    for (const reason of ["forbidden", "unsupported"] as const) {
      const labels = { workload: "", field: "other_processes", reason };
      assert.deepEqual(rows({ ...base, unseen: reason }), [{ labels, value: 1 }]);
    }
  });

  describe("of a process that reports of its allocator", () => {
    const report = (changes: object) => ({
      owned: allocatorReport({ time: 1_800_000_000, ...changes }),
      uid: 1000,
    });

    it("publish what labels a process has beside its pid, and nothing where it has none", async () => {
      const labels = { label_app: "chat" };
      const two = await withSecond((process) => ({
        ...process,
        process: { ...process.process, pid: 4300, labels },
      }));
      assert.deepEqual(
        samplesOf(two, "0", true).filter(({ metric }) => metric === "processLabels"),
        [
          {
            metric: "processLabels",
            labels: {
              workload: two.processes[1]?.process.workload,
              pid: "4300",
              label_app: "chat",
            },
            value: 1,
          },
        ],
      );
    });

    it("tell what it holds, MLX's limit, version and back end, from its first report on and until its last is old", async () => {
      const host = fixtureHost("unified-v2");
      const exporter = await createExporter(host, {
        roots,
        rules: [],
        maxProcesses: 256,
        maxWorkloads: 64,
      });
      const told = async () => {
        const samples = samplesOf(await exporter.look(), "0", true);
        const value = (metric: string) =>
          samples.find((sample) => sample.metric === metric && !("source" in sample.labels))?.value;
        const info = samples.find((sample) => sample.metric === "processInfo");
        assert.ok(info?.metric === "processInfo");
        const { mlx_version, backend } = info.labels;
        assert.ok(info.written?.includes(`mlx_version="${mlx_version}",backend="${backend}"`));
        return [
          value("processAllocatorActive"),
          value("processAllocatorCache"),
          value("processAllocatorPeak"),
          value("processAllocatorReportTime"),
          samples.find(
            (sample) => sample.metric === "processMemoryLimit" && sample.labels.source === "mlx",
          )?.value,
          mlx_version,
          backend,
          samples.flatMap((sample) =>
            sample.metric === "workloadInfo" ? [sample.labels.mlx_version] : [],
          ),
        ];
      };
      const nothing = [undefined, undefined, undefined, undefined, undefined, "", "", [""]];
      assert.deepEqual(await told(), nothing);
      const file = "/run/mlx-headroom/4242.json";
      host.put(file, report({}));
      const facts = ["0.32.4", "cpu", ["0.32.4"]];
      const figures = [3_000_000, 200_000, 4_000_000, 1_800_000_000, 8_000_000];
      assert.deepEqual(await told(), [...figures, ...facts]);
      host.put(file, report({ mlx_version: "0.33.0" }));
      assert.deepEqual(await told(), [...figures, "0.33.0", "cpu", ["0.33.0"]]);
      host.put(file, report({ mlx_version: "0.33.0", backend: "metal" }));
      assert.deepEqual(await told(), [...figures, "0.33.0", "metal", ["0.33.0"]]);
      host.put(file, report({}));
      host.clock.advance(16);
      const old = [undefined, undefined, undefined, 1_800_000_000, 8_000_000];
      assert.deepEqual(await told(), [...old, ...facts]);
    });

    it("count a refused report as an error, and one that is missing as not measured", async () => {
      for (const [file, reason] of [
        [report({}), undefined],
        [report({ pid: 1 }), "error"],
        [undefined, "not_measured"],
      ] as const) {
        const host = fixtureHost("unified-v2");
        if (file !== undefined) host.put("/run/mlx-headroom/4242.json", file);
        const exporter = await createExporter(host, {
          roots,
          rules: [],
          maxProcesses: 256,
          maxWorkloads: 64,
        });
        const reasons = samplesOf(await exporter.look(), "0", true).flatMap((sample) =>
          sample.metric === "exporterUnavailable" &&
          sample.labels.field === "allocator_active_bytes"
            ? [sample.labels.reason]
            : [],
        );
        assert.deepEqual(reasons, reason === undefined ? [] : [reason]);
      }
    });

    it("keep the version that a workload last reported when its processes are gone", async () => {
      const host = fixtureHost("unified-v2");
      host.put("/run/mlx-headroom/4242.json", report({}));
      const exporter = await createExporter(host, {
        roots,
        rules: [],
        maxProcesses: 256,
        maxWorkloads: 64,
      });
      await exporter.look();
      host.remove("/proc/4242");
      const infos = samplesOf(await exporter.look(), "0", true).flatMap((sample) =>
        sample.metric === "workloadInfo" ? [sample.labels.mlx_version] : [],
      );
      assert.deepEqual(infos, ["0.32.4"]);
    });
  });

  it("carry exactly the labels the catalogue gives their family", async () => {
    for (const { metric, labels } of samplesOf(await view(), "0", true)) {
      assert.deepEqual(Object.keys(labels).sort(), [...metrics[metric].labels].sort(), metric);
    }
  });

  it("leave out every family with a pid label when told to, and nothing else", async () => {
    const all = samplesOf(await view(), "0", true);
    const shared = samplesOf(await view(), "0", false);
    assert.deepEqual(
      shared,
      all.filter(({ labels }) => !("pid" in labels)),
    );
    assert.ok(shared.length < all.length);
  });

  it("sum over the processes of a workload, and take the largest where a sum would say nothing", async () => {
    const both = await withSecond((process) => process);
    const [used] = values(await view(), "workloadMemoryUsed");
    assert.deepEqual(values(both, "workloadMemoryUsed"), [Number(used) * 2]);
    assert.deepEqual(values(both, "workloadMemoryUsedMax"), [used]);
    assert.deepEqual(values(both, "workloadProcesses"), [2]);
  });

  it("have no sum when one process is unknown: a sum of some would look like less", async () => {
    const both = await withSecond((process) => ({
      ...process,
      reading: {
        ...process.reading,
        usage: {
          ...process.reading.usage,
          openFds: { missing: "forbidden" },
          swapBytes: { missing: "forbidden" },
        },
      },
    }));
    assert.deepEqual(values(both, "workloadOpenFds"), []);
    assert.deepEqual(values(both, "workloadMemoryUsedMax"), []);
  });

  it("sum connections over the processes that serve, and have none where one is unknown or none serves", async () => {
    const withConnections = (connections: ProcessView["reading"]["connections"]) =>
      withSecond(({ reading: { connections: first, ...reading }, ...process }) => {
        assert.deepEqual(first, { value: 1 });
        return { ...process, reading: { ...reading, ...(connections && { connections }) } };
      });
    assert.deepEqual(values(await withConnections({ value: 4 }), "workloadConnections"), [5]);
    assert.deepEqual(values(await withConnections(undefined), "workloadConnections"), [1]);
    const unknown = await withConnections({ missing: "forbidden" });
    assert.deepEqual(values(unknown, "workloadConnections"), []);
    const worker = await withConnections(undefined);
    const workers = worker.workloads.map((each) => ({
      ...each,
      processes: each.processes.slice(1),
    }));
    assert.deepEqual(values({ ...worker, workloads: workers }, "workloadConnections"), []);
  });

  it("tell of a probe where there was one, and are silent where there was none", async () => {
    const base = await view();
    const probed = (probe?: ProbeResult): View => ({
      ...base,
      workloads: base.workloads.map((workload) => ({ ...workload, ...(probe && { probe }) })),
    });
    const both = (of: View) => [
      ...values(of, "workloadProbeSuccess"),
      ...values(of, "workloadProbeDuration"),
    ];
    assert.deepEqual(both(probed()), []);
    assert.deepEqual(both(probed({ success: true, seconds: 0.25 })), [1, 0.25]);
    assert.deepEqual(both(probed({ success: false, reason: "timeout", seconds: 30 })), [0, 30]);
  });

  it("judge a workload by its worst process", async () => {
    const both = await withSecond((process) => ({
      ...process,
      limits: process.limits.map((limit) =>
        limit.resource === "open_fds"
          ? { ...limit, headroom: 1, ratio: 0.0005, scope: "process" }
          : limit,
      ),
    }));
    const ratios = samplesOf(both, "0", true).filter(
      (sample) =>
        sample.metric === "workloadHeadroomRatio" && sample.labels.resource === "open_fds",
    );
    assert.deepEqual(
      ratios.map(({ value }) => value),
      [0.0005],
    );
  });

  it("put a limit of 0 before any other, and give it no ratio", async () => {
    const both = await withSecond((process) => ({
      ...process,
      limits: process.limits.map(({ ratio, ...limit }) =>
        limit.resource === "memory" && limit.binding
          ? { ...limit, limit: 0, headroom: -5, scope: "/zero" }
          : { ...limit, ...(ratio !== undefined && { ratio }) },
      ),
    }));
    assert.deepEqual(values(both, "workloadMemoryHeadroom"), [-5]);
    const ratios = samplesOf(both, "0", true).filter(
      (sample) => sample.metric === "workloadHeadroomRatio" && sample.labels.resource === "memory",
    );
    assert.deepEqual(ratios, []);
  });

  it("say that a workload is limited only when every process is, by more than the host", async () => {
    const free = await withSecond((process) => ({
      ...process,
      limits: process.limits.filter(({ source }) => source === "host"),
    }));
    assert.deepEqual(memoryLimited(free), [0]);
    assert.deepEqual(memoryLimited(await withSecond((process) => process)), [1]);
  });

  it("do not say whether a workload is limited while a limit may stand where nobody looked", async () => {
    const unseen = (reason: Reason) =>
      withSecond((process) => ({
        ...process,
        limits: process.limits.filter(({ source }) => source === "host"),
        unavailable: [{ field: "memory_limit/cgroup", reason }],
      }));
    for (const reason of ["not_measured", "forbidden", "error"] as const)
      assert.deepEqual(memoryLimited(await unseen(reason)), [], reason);
    assert.deepEqual(memoryLimited(await unseen("unlimited")), [0]);
  });

  it("do not say whether a workload is limited while a cgroup above may limit it that is not shown", async () => {
    const beside = (hidden: readonly CgroupController[]) =>
      withSecond((process) => ({
        ...process,
        limits: process.limits.filter(({ source }) => source === "host"),
        reading: { ...process.reading, cgroup: { ...process.reading.cgroup, hidden } },
        unavailable: [{ field: "memory_limit/cgroup", reason: "unsupported" }],
      }));
    assert.deepEqual(memoryLimited(await beside(["memory"])), []);
    assert.deepEqual(memoryLimited(await beside(["cpu", "pids"])), [0]);
  });

  it("do not call a workload limited by a limit on addresses that is wider than the machine", async () => {
    const narrow = await withSecond((process) => process);
    const wide = (view: View): View => ({
      ...view,
      workloads: view.workloads.map((workload) => ({
        ...workload,
        processes: workload.processes.map((process) => ({
          ...process,
          limits: process.limits
            .filter(({ source }) => source === "host" || source === "rlimit_as")
            .map((limit) => (limit.source === "host" ? limit : { ...limit, limit: 2 ** 50 })),
        })),
      })),
    });
    const limited = samplesOf(wide(narrow), "0", true).filter(
      (sample) => sample.metric === "workloadLimited" && sample.labels.resource === "memory",
    );
    assert.deepEqual(
      limited.map(({ value }) => value),
      [0],
    );
  });

  it("publish limit events and pressure under the names of the catalogue, and nothing that nobody counts", async () => {
    const base = await view();
    const [workload] = base.workloads;
    assert.ok(workload?.counters !== undefined);
    const told: View = {
      ...base,
      workloads: [
        {
          ...workload,
          counters: {
            ...workload.counters,
            levelEvents: { max: 1, swap_fail: 2, threads_max: 3, throttled_seconds: 4 },
            pressure: [{ resource: "io", kind: "full", seconds: 5 }],
          },
        },
      ],
    };
    const label = { workload: workload.name };
    assert.deepEqual(
      samplesOf(told, "0", false).filter(({ metric }) =>
        /^workload(Cpu(Periods|Throttled)|.*LimitEvents|Pressure)/.test(metric),
      ),
      [
        { metric: "workloadCpuThrottledSeconds", labels: label, value: 4 },
        { metric: "workloadMemoryLimitEvents", labels: { ...label, event: "max" }, value: 1 },
        { metric: "workloadSwapLimitEvents", labels: { ...label, event: "fail" }, value: 2 },
        { metric: "workloadThreadsLimitEvents", labels: label, value: 3 },
        {
          metric: "workloadPressureSeconds",
          labels: { ...label, resource: "io", kind: "full" },
          value: 5,
        },
      ],
    );
  });

  it("count processes by absent figure and reason", async () => {
    const both = await withSecond((process) => process);
    const forbidden = samplesOf(both, "0", true).filter(
      (sample) =>
        sample.metric === "exporterUnavailable" && sample.labels.field === "disk_read_bytes",
    );
    assert.deepEqual(
      forbidden.map(({ labels, value }) => [labels, value]),
      [
        [
          { workload: "mlx_lm.server:tiny-llama", field: "disk_read_bytes", reason: "forbidden" },
          2,
        ],
      ],
    );
  });

  it("keep the facts of a workload whose processes are gone, and say nothing of one that never ran", async () => {
    const base = await view();
    const [workload] = base.workloads;
    assert.ok(workload !== undefined);
    const gone: View = {
      ...base,
      processes: [],
      workloads: [
        { ...workload, processes: [] },
        { name: "never", processes: [], expected: true },
      ],
    };
    const infos = samplesOf(gone, "0", true).filter((sample) => sample.metric === "workloadInfo");
    assert.deepEqual(
      infos.map(({ labels }) => labels),
      [
        {
          workload: "mlx_lm.server:tiny-llama",
          runtime: "mlx_lm.server",
          model: "/srv/models/tiny-llama",
          mlx_version: "",
        },
      ],
    );
    assert.deepEqual(values(gone, "workloadProcesses"), [0, 0]);
    assert.deepEqual(values(gone, "workloadExpected"), [1, 1]);
  });
});
