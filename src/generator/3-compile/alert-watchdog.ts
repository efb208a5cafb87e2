import { ruleGroups } from "../../catalog/alerts.ts";
import type { Alert } from "./alert.ts";
import { claim, fires, minute } from "./matrix.ts";
import { promql } from "./promql.ts";

const name = "MlxWatchdog";

/** Always fires. A dead man's switch outside notices when it stops arriving: nothing inside could tell. */
export const watchdog: Alert = {
  name,
  group: ruleGroups.pipeline,
  rules: (runbookUrl) => [
    {
      alert: name,
      expr: promql("vector(1)"),
      labels: { severity: "none" },
      annotations: {
        summary: "Alerts of mlx-headroom reach their receivers",
        description:
          "This alert always fires. Send it to a service that raises the alarm when it stops arriving.",
        runbook_url: runbookUrl,
      },
      fragments: {},
    },
  ],
  matrix: (rules) => {
    const firing = rules.map((rule) => ({ rule, labels: {}, facts: {} }));
    return [
      claim(
        "it fires from the first evaluation on",
        [],
        fires(name, 20, ...firing),
        fires(name, 9 * minute + 5, ...firing),
      ),
    ];
  },
};
