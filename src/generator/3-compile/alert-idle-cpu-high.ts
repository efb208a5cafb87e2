import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { label, workloadLabels } from "./fragments.ts";
import { idleCpuHighMatrix } from "./matrix-idle-cpu-high.ts";
import { promql } from "./promql.ts";
import { steps } from "./runbook-text.ts";

const name = "MlxIdleCpuHigh";
const minute = 60;
/** A loop that waits without sleeping takes a whole core; what tidies up now and then takes far less than half of one. */
const busyCores = 0.5;

/** A server burns CPU while nobody is connected to it. Ranks are left out: they wait for one another at full speed. */
export const idleCpuHigh: Alert = {
  name,
  group: ruleGroups.lifecycle,
  carries: workloadLabels,
  why: "An idle server can pin a core for ever, which the other programs of the host miss: mlx-lm #1500 (a queue asked without waiting), omlx #1669.",
  needs: ["workloadCpuSeconds", "workloadConnections"],
  runbook: {
    meaning:
      "For a quarter of an hour the workload has used more than half a core while nobody was connected to it. Needs `--collector.connections`. Nothing fails, but the core is lost to everybody else, and a laptop's battery with it.",
    linux: steps(
      "`top -H -p PID` shows which thread burns; `--collector.threads` keeps that as a metric. `py-spy dump --pid PID` shows where it is.",
      "A request whose client went away is still computed by some servers: the log shows tokens without a reader, and it ends by itself.",
      "Upgrade: some versions of `mlx_lm.server`, 0.29.1 among them, wait for work in a loop. A restart helps until the next request.",
    ),
    macos: steps(
      "`sample PID 5` shows where it is; `ps -M PID` which thread.",
      "The same causes as on Linux: a client that went away, or a version that waits in a loop.",
    ),
    prevent:
      "Clients that are not counted, over a Unix socket or a proxy in the same process, make a busy server look idle: silence it by its name.",
  },
  rules: (runbookUrl) => [
    {
      alert: name,
      expr: promql(`
        rate(${metrics.workloadCpuSeconds.name}[5m]) > ${busyCores}
          and
        max_over_time(${metrics.workloadConnections.name}[5m]) == 0
          unless
        ${metrics.workloadRanks.name}
      `),
      forSeconds: 15 * minute,
      // A client that comes by is no cure.
      keepFiringForSeconds: 15 * minute,
      labels: { severity: "warning" },
      annotations: {
        summary: "{{workload}} on {{instance}} uses {{cores}} CPU cores while nobody is connected",
        description:
          "It has for 15 minutes or more. It serves nobody with that, and other programs of the host do without.",
        runbook_url: runbookUrl,
      },
      fragments: {
        workload: label("workload"),
        instance: label("instance"),
        cores: '{{ printf "%.2f" $value }}',
      },
    },
  ],
  matrix: idleCpuHighMatrix,
};
