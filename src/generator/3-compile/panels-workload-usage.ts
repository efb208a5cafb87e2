import type { Target } from "../../model/dashboard.ts";
import { compared, line, lines, timeline } from "./panel.ts";
import type { Row } from "./panel.ts";
import { ofWorkload, type Selectors } from "./selectors.ts";

const processes = (select: Selectors): string => `(${select.workload("workloadProcesses")} > 0)`;

/** A constant of the workload, whatever class of hosts it is of. */
function constant(
  select: Selectors,
  key: "baselineP95" | "baselinePeak" | "usageThreshold",
  resource: string,
): string {
  return `max(${select.constant(key, ofWorkload, `resource="${resource}"`)})`;
}

function allowed(select: Selectors, resource: string): Target {
  return compared("warning", constant(select, "usageThreshold", resource), "unusual from here on");
}

/** Memory of all kinds, against what was recorded and what holds it. */
export const workloadMemory: Row = (select) => ({
  title: "Memory",
  panels: [
    {
      ...lines(
        24,
        {
          title: "Memory",
          description:
            "Memory that counts against the machine. Red: the limit that binds. The band is the recorded baseline of one process, from p95 of the average scenario up to the peak of all: compare the largest process with it.",
          unit: "bytes",
          noValue: "not running",
          alerts: ["MlxUsageAboveBaseline", "MlxHeadroomLow", "MlxLimitBelowBaseline"],
        },
        line(select.workload("workloadMemoryUsed"), "all processes {{instance}}"),
        line(select.workload("workloadMemoryUsedMax"), "largest process {{instance}}"),
        compared(
          "critical",
          select.workload("workloadMemoryLimit"),
          "limit that binds {{instance}}",
        ),
        compared("band-bottom", constant(select, "baselineP95", "memory"), "baseline p95"),
        compared("band-top", constant(select, "baselinePeak", "memory"), "baseline peak"),
        allowed(select, "memory"),
      ),
      height: 10,
    },
    lines(
      12,
      {
        title: "GPU memory",
        description:
          "GPU memory in the name of its processes; CUDA's managed memory, which MLX allocates, is in nobody's. Red: the limit that binds. Blue: the recorded peak of one process.",
        unit: "bytes",
        noValue: "no GPU memory measured",
        alerts: ["MlxUsageAboveBaseline", "MlxHeadroomLow"],
      },
      line(select.workload("workloadGpuMemory"), "all processes {{instance}}"),
      line(select.workload("workloadGpuMemoryMax"), "largest process {{instance}}"),
      compared(
        "critical",
        select.workload("workloadGpuMemoryLimit"),
        "limit that binds {{instance}}",
      ),
      compared("baseline", constant(select, "baselinePeak", "gpu_memory"), "baseline peak"),
      allowed(select, "gpu_memory"),
    ),
    lines(
      12,
      {
        title: "MLX allocator",
        description:
          "What MLX's allocator has in use, and what it keeps freed for reuse, which counts against the machine, too. The workload itself reports it.",
        unit: "bytes",
        noValue: "no reporter in its processes",
        alerts: ["MlxCacheDominates", "MlxAllocatorReportStale"],
      },
      line(select.workload("workloadAllocatorActive"), "in use {{instance}}"),
      line(select.workload("workloadAllocatorCache"), "cache {{instance}}"),
    ),
    lines(
      12,
      {
        title: "Swapped out",
        description: "Memory of it that is in swap; on macOS compressed or in swap.",
        unit: "bytes",
        noValue: "not known",
        alerts: ["MlxSwappedOut"],
      },
      line(select.workload("workloadMemorySwap"), "{{instance}}"),
    ),
    lines(
      12,
      {
        title: "Waiting in its cgroups",
        description:
          "Share of the time in which tasks in its cgroups waited for memory, CPU or disks.",
        unit: "percentunit",
        noValue: "no pressure counted: macOS, or no cgroup of version 2",
        alerts: ["MlxHeadroomLow"],
      },
      line(
        `rate(${select.workload("workloadPressureSeconds", 'kind="some"')}[$__rate_interval])`,
        "{{resource}} {{instance}}",
      ),
    ),
  ],
});

/** CPU, descriptors and threads, which come to an end less loudly. */
export const workloadCpu: Row = (select) => ({
  title: "CPU, descriptors, threads",
  panels: [
    lines(
      12,
      {
        title: "CPU",
        description:
          "Cores in use, by all processes and by one of them on average. Dashed: what one process may take before it is unusual.",
        unit: "short",
        noValue: "not running",
        axis: "cores",
        alerts: ["MlxUsageAboveBaseline", "MlxIdleCpuHigh"],
      },
      line(cpu(select), "all processes {{instance}}"),
      line(`${cpu(select)} / ${processes(select)}`, "one process {{instance}}"),
      allowed(select, "cpu"),
    ),
    lines(
      12,
      {
        title: "CPU throttled",
        description: "Share of the scheduling periods in which a quota was used up early.",
        unit: "percentunit",
        noValue: "no CPU quota is set",
        alerts: ["MlxCpuThrottled"],
      },
      line(
        `
        rate(${select.workload("workloadCpuThrottledPeriods")}[$__rate_interval])
          /
        (rate(${select.workload("workloadCpuPeriods")}[$__rate_interval]) > 0)
        `,
        "{{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "GPU time",
        description: "Share of the time in which the GPU worked for it. macOS only.",
        unit: "percentunit",
        noValue: "no GPU time counted",
      },
      line(`rate(${select.workload("workloadGpuSeconds")}[$__rate_interval])`, "{{instance}}"),
    ),
    lines(
      12,
      {
        title: "Open file descriptors",
        description:
          "Open descriptors, of all processes and of one of them on average. Limits apply to each process.",
        unit: "short",
        noValue: "not known",
        alerts: ["MlxHeadroomLow"],
      },
      line(select.workload("workloadOpenFds"), "all processes {{instance}}"),
      line(
        `${select.workload("workloadOpenFds")} / ${processes(select)}`,
        "one process {{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "Threads",
        description: "Threads, of all processes and of one of them on average.",
        unit: "short",
        noValue: "not known",
        alerts: ["MlxHeadroomLow"],
      },
      line(select.workload("workloadThreads"), "all processes {{instance}}"),
      line(
        `${select.workload("workloadThreads")} / ${processes(select)}`,
        "one process {{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "Connections",
        description:
          "Established TCP connections of its servers, those that wait to be accepted included.",
        unit: "short",
        noValue: "it serves nobody",
        alerts: ["MlxWorkloadStuck"],
      },
      line(select.workload("workloadConnections"), "{{instance}}"),
    ),
  ],
});

function cpu(select: Selectors): string {
  return `rate(${select.workload("workloadCpuSeconds")}[$__rate_interval])`;
}

/** Whether it still answers. */
export const workloadProbes: Row = (select) => ({
  title: "Probes",
  panels: [
    timeline(
      12,
      {
        title: "Probe answered",
        description: "Whether the last probe was answered with a token.",
        unit: "short",
        noValue: "no probe is configured",
        states: [
          { value: 1, text: "answered", colour: "green" },
          { value: 0, text: "failed", colour: "red" },
        ],
        alerts: ["MlxWorkloadStuck"],
      },
      line(select.workload("workloadProbeSuccess"), "{{instance}}"),
    ),
    lines(
      12,
      {
        title: "Probe duration",
        description: "How long the last probe took, until its answer was whole or it was given up.",
        unit: "s",
        noValue: "no probe is configured",
        alerts: ["MlxWorkloadStuck"],
      },
      line(select.workload("workloadProbeDuration"), "{{instance}}"),
    ),
  ],
});
