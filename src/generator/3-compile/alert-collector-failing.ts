import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { hostLabels, label } from "./fragments.ts";
import { collectorFailingMatrix } from "./matrix-collector-failing.ts";
import { promql } from "./promql.ts";
import { steps } from "./runbook-text.ts";

const name = "MlxCollectorFailing";
const minute = 60;

/** A collector of the exporter does not do its work: what it would tell is absent, and alerts that need it are silent. */
export const collectorFailing: Alert = {
  name,
  group: ruleGroups.pipeline,
  carries: [...hostLabels, "collector"],
  why: "An absent figure is silence, never an alert by itself, so that somebody must be told when figures are absent because reading them fails: omlx #702 was killed though it watched itself, for it did not see all that counts.",
  needs: ["exporterCollectorSuccess"],
  runbook: {
    meaning:
      "For ten minutes a collector has failed at every scrape, or was refused what it reads. Its figures are absent, and alerts that need them cannot fire. The exporter's status page and `mlx_exporter_unavailable` say which figures, of which workloads, and why.",
    linux: steps(
      "`journalctl -u mlx-headroom -n 50`. What each collector reads and needs is in [collectors.md](collectors.md).",
      "`cgroup` in a container: it needs the host's cgroup namespace and file system. `nvidia`: `nvidia-smi` fails too when driver and library differ after an upgrade; a reboot mends that. `pressure`: some kernels are started with `psi=0`.",
      "`io`, `fds` and `process`: the exporter of another user lacks two capabilities, see [deploy.md](deploy.md).",
    ),
    macos:
      "`mlx-headroom doctor` says which commands of the system answer and which do not. Absent native calls (collector `native`) raise no alert: commands take their place.",
    prevent:
      "Switch off what cannot work on a machine: `--no-collector.NAME`. What is off has no series, and raises no alert.",
  },
  rules: (runbookUrl) => [
    {
      alert: name,
      // Native calls need an optional package; without it each of their figures comes another way.
      expr: promql(`${metrics.exporterCollectorSuccess.name}{collector!="native"} == 0`),
      forSeconds: 10 * minute,
      // One success in between is luck.
      keepFiringForSeconds: 5 * minute,
      labels: { severity: "warning" },
      annotations: {
        summary: "The collector {{collector}} fails on {{instance}}",
        description:
          "It has for 10 minutes or more. Its figures are absent meanwhile, and alerts that need them are silent.",
        runbook_url: runbookUrl,
      },
      fragments: { collector: label("collector"), instance: label("instance") },
    },
  ],
  matrix: collectorFailingMatrix,
};
