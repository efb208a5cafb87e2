import { ruleGroups } from "../../catalog/alerts.ts";
import type { Alert } from "./alert.ts";
import { claim, fires, minute } from "./matrix.ts";
import { promql } from "./promql.ts";
import { steps } from "./runbook-text.ts";

const name = "MlxWatchdog";

/** Always fires. A dead man's switch outside notices when it stops arriving: nothing inside could tell. */
export const watchdog: Alert = {
  name,
  group: ruleGroups.pipeline,
  carries: [],
  why: "Whoever would tell that Prometheus, Alertmanager or the way to a person is broken is broken then: only something outside can miss a sign of life.",
  needs: [],
  runbook: {
    meaning:
      "It always fires; that is its purpose. Send it to a service outside that raises the alarm when it stops arriving (receiver `mlx-dead-man`). If that service raises the alarm, look at Prometheus and Alertmanager themselves.",
    linux: steps(
      "Is either down? `systemctl status prometheus alertmanager`.",
      "Does Prometheus list Alertmanager under Status, Runtime & Build Information, and are the rules loaded under Status, Rules?",
      "Does Alertmanager show this alert, and does its log tell of a receiver that refuses?",
    ),
    macos: "The same, with `brew services list` or `launchctl list` for the first step.",
    prevent: "Nothing silences it: a silence on everything would set off the service outside.",
  },
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
