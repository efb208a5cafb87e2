import { historyName, outlookNames } from "../../catalog/history.ts";
import type { HistoryResource } from "../../catalog/history.ts";
import type { AlertName } from "../../catalog/alerts.ts";
import { compared, line, lines } from "./panel.ts";
import type { PanelDraft, Row } from "./panel.ts";
import { ofWorkload, type Selectors } from "./selectors.ts";

/** Points of one day each, however wide the screen is. */
const daily = "1d";
const legend = "{{workload}} {{instance}}";

/** What each day took. */
export const historyUsage: Row = (select) => ({
  title: "Usage, day by day",
  panels: [
    ofEachDay(
      select,
      "memory",
      {
        title: "Memory",
        unit: "bytes",
        description:
          "Memory of all processes of a workload: the peak of each day, and the 95th percentile of it. Red: the limit that bound, as far back as Prometheus keeps what it scrapes. Blue: the recorded peak of one process.",
        alerts: ["MlxBaselineDrift", "MlxUsageAboveBaseline"],
      },
      24,
      compared(
        "critical",
        `min_over_time(${select.workload("workloadMemoryLimit")}[1d])`,
        `limit ${legend}`,
      ),
      compared(
        "baseline",
        `max by (workload) (${select.constant("baselinePeak", ofWorkload, 'resource="memory"')})`,
        "baseline peak {{workload}}",
      ),
    ),
    ofEachDay(select, "gpu_memory", {
      title: "GPU memory",
      unit: "bytes",
      description: "GPU memory of all processes of a workload: peak and 95th percentile.",
      alerts: ["MlxBaselineDrift"],
    }),
    ofEachDay(select, "cpu", {
      title: "CPU",
      unit: "short",
      axis: "cores",
      description: "Cores in use by all processes of a workload: peak and 95th percentile.",
      alerts: ["MlxBaselineDrift"],
    }),
    ofEachDay(select, "open_fds", {
      title: "Open file descriptors",
      unit: "short",
      description: "Open descriptors of all processes of a workload: peak and 95th percentile.",
      alerts: [],
    }),
    ofEachDay(select, "threads", {
      title: "Threads",
      unit: "short",
      description: "Threads of all processes of a workload: peak and 95th percentile.",
      alerts: [],
    }),
  ],
});

/** The day's 95th percentile is that of its five minutes' 95th percentiles: samples are not kept for so long. */
function ofEachDay(
  select: Selectors,
  resource: HistoryResource,
  about: Pick<PanelDraft, "title" | "unit" | "description" | "axis"> & {
    readonly alerts: readonly AlertName[];
  },
  width = 12,
  ...others: PanelDraft["targets"]
): PanelDraft {
  const peak = select.recorded(historyName(resource, "max", "1h"));
  const p95 = select.recorded(historyName(resource, "p95", "5m"));
  return lines(
    width,
    { ...about, noValue: "no history recorded", step: daily },
    line(`max_over_time(${peak}[1d])`, `peak ${legend}`),
    line(`quantile_over_time(0.95, ${p95}[1d])`, `p95 ${legend}`),
    ...others,
  );
}

/** What is left, and where it goes. */
export const historyOutlook: Row = (select) => ({
  title: "Slack, growth, capacity",
  panels: [
    lines(
      24,
      {
        title: "Slack",
        description:
          "The least share of a limit that was left on each day, by resource. What is never used, others could have; what comes near 0 needs a larger limit.",
        unit: "percentunit",
        noValue: "no history recorded",
        step: daily,
        alerts: ["MlxLimitFarAboveBaseline", "MlxHeadroomLow"],
      },
      line(
        `min_over_time(${select.recorded(outlookNames.headroom)}[1d])`,
        "{{workload}} {{resource}} {{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "Growth of memory",
        description: "How much the hourly peaks of memory grow in a day, over the week before.",
        unit: "bytes",
        noValue: "no history recorded",
        axis: "a day",
        step: daily,
        alerts: ["MlxBaselineDrift"],
      },
      line(
        `deriv(${select.recorded(historyName("memory", "max", "1h"))}[7d]) * ${24 * 3600}`,
        legend,
      ),
    ),
    lines(
      12,
      {
        title: "Days until exhaustion",
        description:
          "Until nothing is left, at the pace of three days. Without a line while peaks do not grow from day to day, or it would take more than a year.",
        unit: "d",
        noValue: "no growth",
        alerts: ["MlxExhaustionPredicted"],
      },
      line(select.recorded(outlookNames.exhaustion), "{{workload}} {{resource}} {{instance}}"),
    ),
    lines(
      12,
      {
        title: "Room for more processes",
        description:
          "How many more processes of a workload, each as large as its recorded peak, a host had room for at the worst moment of the day.",
        unit: "short",
        noValue: "no profile",
        step: daily,
        alerts: ["MlxMemoryOverCommitted"],
      },
      line(
        `min_over_time(${select.recorded(outlookNames.fit)}[1d])`,
        "{{workload}} {{resource}} {{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "Memory of all workloads on a host",
        description:
          "The highest sum of its workloads' hourly peaks on each day. Dashed: installed memory, as far back as Prometheus keeps what it scrapes.",
        unit: "bytes",
        noValue: "no history recorded",
        step: daily,
        alerts: ["MlxMemoryOverCommitted"],
      },
      line(
        `
        max_over_time(
          sum by (job, instance) (${select.recorded(historyName("memory", "max", "1h"))})[1d:1h]
        )
        `,
        "{{instance}}",
      ),
      compared("critical", select.host("hostMemoryTotal"), "installed {{instance}}"),
    ),
  ],
});

/** What went wrong; from what is scraped, so no further back than that is kept. */
export const historyEvents: Row = (select) => ({
  title: "What happened, day by day",
  panels: [
    lines(
      8,
      {
        title: "OOM kills",
        description:
          "Processes that the kernel killed for lack of memory, on each day. As far back as Prometheus keeps what it scrapes.",
        unit: "short",
        noValue: "not counted",
        bars: true,
        step: daily,
        alerts: ["MlxOomKilled"],
      },
      line(`increase(${select.workload("workloadOomKills")}[1d])`, legend),
    ),
    lines(
      8,
      {
        title: "Process starts",
        description:
          "Processes that started, on each day. As far back as Prometheus keeps what it scrapes.",
        unit: "short",
        noValue: "not counted",
        bars: true,
        step: daily,
        alerts: ["MlxWorkloadRestarting"],
      },
      line(`increase(${select.workload("workloadProcessStarts")}[1d])`, legend),
    ),
    lines(
      8,
      {
        title: "Limits reached",
        description:
          "How often a memory limit was reached, on each day. As far back as Prometheus keeps what it scrapes.",
        unit: "short",
        noValue: "nothing counts this: macOS, or no limit in a cgroup",
        bars: true,
        step: daily,
        alerts: ["MlxLimitHit"],
      },
      line(
        `sum by (job, instance, workload) (increase(${select.workload("workloadMemoryLimitEvents")}[1d]))`,
        legend,
      ),
    ),
  ],
});
