import { line, lines } from "./panel.ts";
import type { Row } from "./panel.ts";
import { alertStates } from "./panels-alerts.ts";
import { ofWorkload } from "./selectors.ts";

/** What happened to it. */
export const workloadEvents: Row = (select) => ({
  title: "What happened",
  panels: [
    lines(
      12,
      {
        title: "Limits reached",
        description:
          "How often a limit on its memory, swap or tasks was reached: high slows it down, max and fail refuse, oom kills.",
        unit: "short",
        noValue: "nothing counts this: macOS, or no limit in a cgroup",
        bars: true,
        alerts: ["MlxLimitHit"],
      },
      line(
        `increase(${select.workload("workloadMemoryLimitEvents")}[$__rate_interval])`,
        "memory {{event}} {{instance}}",
      ),
      line(
        `increase(${select.workload("workloadSwapLimitEvents")}[$__rate_interval])`,
        "swap {{event}} {{instance}}",
      ),
      line(
        `increase(${select.workload("workloadThreadsLimitEvents")}[$__rate_interval])`,
        "tasks {{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "Processes started and ended",
        description:
          "Processes that started, and those that ended, by reason: oom_kill, or unknown for every other way to end.",
        unit: "short",
        noValue: "not seen",
        bars: true,
        alerts: ["MlxWorkloadRestarting", "MlxOomKilled"],
      },
      line(
        `increase(${select.workload("workloadProcessStarts")}[$__rate_interval])`,
        "started {{instance}}",
      ),
      line(
        `increase(${select.workload("workloadProcessExits")}[$__rate_interval])`,
        "ended: {{reason}} {{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "Processes running",
        description: "Processes that run, and of those the ranks of a distributed run.",
        unit: "short",
        noValue: "not seen",
        alerts: ["MlxWorkloadDown", "MlxRankMissing"],
      },
      line(select.workload("workloadProcesses"), "processes {{instance}}"),
      line(select.workload("workloadRanks"), "ranks {{instance}}"),
    ),
    lines(
      12,
      {
        title: "Age of the allocator's report",
        description:
          "How long ago its most silent process last reported of its allocator. Figures of a report that is too old are left out.",
        unit: "s",
        noValue: "no reporter in its processes",
        alerts: ["MlxAllocatorReportStale"],
      },
      line(`time() - ${select.workload("workloadAllocatorReportTime")}`, "{{instance}}"),
    ),
    alertStates(select, 24, ofWorkload),
  ],
});
