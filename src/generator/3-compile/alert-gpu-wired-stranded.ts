import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { alike, amount, bytes, hostLabels, label, since } from "./fragments.ts";
import { gpuWiredStrandedMatrix } from "./matrix-gpu-wired-stranded.ts";
import { promql } from "./promql.ts";
import { windowOf } from "./windows.ts";

const name = "MlxGpuWiredStranded";
const minute = 60;
const severity = "warning";
const unattributed = metrics.hostMemoryWiredUnattributed.name;
const exits = metrics.workloadProcessExits.name;
const total = `max by (job, instance) (${metrics.hostMemoryTotal.name})`;

/** A process is gone, and its wired memory is not: nothing gives that back before the next boot. */
export const gpuWiredStranded: Alert = {
  name,
  group: ruleGroups.starvation,
  carries: hostLabels,
  why: "`omlx #2184` and `#2855` found 414 to 496 GB wired without a live owner after processes were killed, and `exo #1370` a Mac that had to be restarted. A supervisor that starts the server again and again strands more each time: 233 restarts in one case.",
  needs: ["hostMemoryWiredUnattributed", "hostMemoryTotal", "workloadProcessExits"],
  runbook: {
    meaning:
      "A process of MLX ended, wired memory that belongs to no MLX process rose by a tenth of installed memory or more within that hour, and it has stayed for fifteen minutes; a process that ends well gives its memory back within seconds. It is lost until the next boot: the alert goes on until it falls below a tenth of installed memory. Another program that uses the GPU and was started in that hour looks the same.",
    linux: "Linux wires no memory for the GPU, and this alert never fires there.",
    macos:
      "First stop what restarts the server (`launchctl bootout gui/$UID/LABEL`): each killed process may strand as much again. `vm_stat | grep wired` shows the whole, `mlx-headroom ps` what live MLX processes have; look in Activity Monitor for another program that uses the GPU, for then nothing is stranded. If there is none, plan a reboot, which is the only cure known.",
    prevent:
      "Stop loaded servers with SIGTERM and wait: `ExitTimeOut` in the property list must be long enough (60), since launchd kills after 20 seconds otherwise. Keep memory headroom, so that the system does not kill either.",
  },
  rules: (runbookUrl, policy) => {
    const recent = windowOf(policy, name).text;
    return [
      {
        alert: name,
        // What was lost stays lost: once it fires it reads itself, for the rise leaves its window after an hour.
        expr: promql(`
        ${unattributed} > on (job, instance) 0.1 * ${total}
          and on (job, instance)
        (
          ${unattributed} - min_over_time(${unattributed}[${recent}]) > on (job, instance) 0.1 * ${total}
            and on (job, instance)
          sum by (job, instance) (increase(${exits}[${recent}])) > 0
            or
          ALERTS{alertname="${name}",alertstate="firing"}
        )
      `),
        forSeconds: 15 * minute,
        labels: { severity },
        annotations: {
          summary: "{{wired}} of wired memory on {{instance}} belong to no MLX process any more",
          description:
            "It rose when a process of MLX ended, and has stayed for {{since}}. Installed are {{total}}. Only a reboot gives stranded memory back; stop whatever restarts the process first.",
          runbook_url: runbookUrl,
        },
        fragments: {
          instance: label("instance"),
          wired: bytes,
          since: since(name, severity, hostLabels),
          total: amount(alike(metrics.hostMemoryTotal.name, hostLabels), hostLabels),
        },
      },
    ];
  },
  matrix: gpuWiredStrandedMatrix,
};
