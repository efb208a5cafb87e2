import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { alike, hostLabels, label, lookup } from "./fragments.ts";
import { configReloadFailedMatrix } from "./matrix-config-reload-failed.ts";
import { promql } from "./promql.ts";
import { steps } from "./runbook-text.ts";

const name = "MlxConfigReloadFailed";
const minute = 60;

/** The exporter was told to load its config again, and could not: it runs with the one before. */
export const configReloadFailed: Alert = {
  name,
  group: ruleGroups.pipeline,
  carries: hostLabels,
  why: "A wrong config changes nothing while the exporter runs, and keeps it from starting the next time: after the reboot that follows a panic (mlx #3186) nobody would be watching.",
  needs: ["exporterConfigReloadSuccessful"],
  runbook: {
    meaning:
      "The config file was wrong when the exporter last tried to load it. It goes on with what it loaded before, so names, expectations and probes that were changed since are not in force; and it will not start with this file.",
    linux: steps(
      "`mlx-headroom check-config /etc/mlx-headroom/config.yaml` says what is wrong, and in which line.",
      "Mend it, then `systemctl reload mlx-headroom`, or `kill -HUP PID`.",
    ),
    macos: steps(
      "`mlx-headroom check-config FILE`, as on Linux.",
      "Mend it, then `launchctl kill HUP gui/$UID/LABEL`.",
    ),
    prevent:
      "Run `mlx-headroom check-config` before a file is put in place: it exits with 1 when it finds something.",
  },
  rules: (runbookUrl) => [
    {
      alert: name,
      expr: promql(`${metrics.exporterConfigReloadSuccessful.name} == 0`),
      forSeconds: 5 * minute,
      labels: { severity: "warning" },
      annotations: {
        summary: "The exporter on {{instance}} could not load its config",
        description:
          "It runs with the one that it loaded {{age}} ago, and will not start with the one that is there now.",
        runbook_url: runbookUrl,
      },
      fragments: {
        instance: label("instance"),
        age: lookup(
          `time() - ${alike(metrics.exporterConfigReloadTime.name, hostLabels)}`,
          hostLabels,
          "{{ . | first | value | humanizeDuration }}",
          "an unknown time",
        ),
      },
    },
  ],
  matrix: configReloadFailedMatrix,
};
