import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { hostLabels, label } from "./fragments.ts";
import { seriesDroppedMatrix } from "./matrix-series-dropped.ts";
import { promql } from "./promql.ts";
import { cases } from "./runbook-text.ts";
import { windowOf } from "./windows.ts";

const name = "MlxSeriesDropped";
const minute = 60;
/** A label that was cut is still there, and says most of what it said. */
const dropped = `${metrics.exporterDropped.name}{kind!="label"}`;

/**
 * The exporter left something out because of a cap. The counter rises once when it happens, so an exporter that found
 * too much at its first look is scraped when it says so already: a counter that was not there an hour ago counts from 0.
 */
export const seriesDropped: Alert = {
  name,
  group: ruleGroups.pipeline,
  carries: [...hostLabels, "kind"],
  stepSeconds: 60,
  why: "Caps keep a crash loop or a fork storm from flooding Prometheus, at the price that what lies beyond them goes unwatched: the 233 restarts of one server in omlx #2184 would be 233 sets of series.",
  needs: ["exporterDropped"],
  runbook: {
    meaning:
      "Within the last hour the exporter left something out because of a cap. The alert names the kind. `processes` and `workloads`: there is more MLX on the host than is shown, and alerts see nothing of the rest, for as long as it stays. `churn`: new processes got no series with their pid, but their workloads count them as ever.",
    linux: cases(
      "`processes`: `mlx-headroom ps` lists what is found; is all of it MLX? Raise `--discover.max-processes` if it is.",
      "`workloads`: names that hold something changing make a workload of each process. Give them one name by a rule in the exporter's [configuration](config.md), or raise `--discover.max-workloads`.",
      "`churn`: something starts again and again, see [MlxWorkloadRestarting](#mlxworkloadrestarting); raise `--discover.max-new-pids` where that is meant.",
    ),
    macos: "The same; nothing of it depends on the system.",
    prevent:
      "Name workloads in the configuration. Values that were cut, of kind `label`, raise no alert.",
  },
  rules: (runbookUrl, policy) => {
    const { text: recent, spoken } = windowOf(policy, name);
    return [
      {
        alert: name,
        expr: promql(`
        increase(${dropped}[${recent}]) > 0
          or
        (${dropped} unless max_over_time(${dropped}[${recent}] offset ${recent})) > 0
      `),
        forSeconds: minute,
        labels: { severity: "warning" },
        annotations: {
          summary: "The exporter on {{instance}} leaves {{kind}} out",
          description: `Left out within the last ${spoken} because of a cap, of the kind {{kind}}: {{count}}. What is left out is not watched, or not process by process.`,
          runbook_url: runbookUrl,
        },
        fragments: {
          instance: label("instance"),
          kind: label("kind"),
          count: '{{ printf "%.0f" $value }}',
        },
      },
    ];
  },
  matrix: seriesDroppedMatrix,
};
