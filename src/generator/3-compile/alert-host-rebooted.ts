import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { alike, amount, hostLabels, label, lookup } from "./fragments.ts";
import { hostRebootedMatrix } from "./matrix-host-rebooted.ts";
import { promql } from "./promql.ts";
import { cases, steps } from "./runbook-text.ts";
import { windowOf } from "./windows.ts";

const name = "MlxHostRebooted";
/** Setting the clock moves the boot time that a kernel tells by as much, and clocks are set by a second, not a minute. */
const jumpSeconds = 60;

const boot = metrics.hostBootTime.name;

/** A host that MLX workloads ran on started anew. A clock that was set does not make a machine young, so age is asked too. */
export const hostRebooted: Alert = {
  name,
  group: ruleGroups.lifecycle,
  carries: hostLabels,
  why: "MLX workloads panic Macs: `IOGPUMemory.cpp:550` and `prepare count underflow` come back as an unexplained reboot (mlx #3186, #3346; omlx #300; mlx-lm #883).",
  needs: ["hostBootTime", "workloadProcesses"],
  runbook: {
    meaning:
      "The host booted within the last hour, and MLX workloads ran on it within that hour. If nobody did that on purpose, it crashed: on Macs a kernel panic in the GPU's memory code is the usual end of too much wired memory. Servers without a supervisor are gone, and `iogpu.wired_limit_mb` is at its default again.",
    linux: steps(
      "`last -x reboot shutdown | head -4`: a reboot without a shutdown was a crash or a cut of power.",
      "`journalctl -b -1 -n 100` shows the end of the boot before, `journalctl -k -b -1 -g 'oom|NVRM|Xid|panic'` the usual causes.",
      "Are the servers back? `mlx-headroom ps`.",
    ),
    macos: steps(
      "`log show --last boot --predicate 'eventMessage CONTAINS \"Previous shutdown cause\"'`: a number below 0 was no ordinary shutdown.",
      "`ls -t /Library/Logs/DiagnosticReports/*.panic`: `IOGPUMemory`, `IOGPUFamily` or `completeMemory` in the panic string is this one.",
      "Set `sysctl iogpu.wired_limit_mb` again, if it was set, and see that the servers are back.",
    ),
    prevent: cases(
      "Run fewer servers at once, cap their caches (`--prompt-cache-bytes`), and do not raise `iogpu.wired_limit_mb`: every server plans with three quarters of the machine for itself.",
      "Fewer requests at once (`--decode-concurrency`, `--prompt-concurrency`): two streams with long contexts were enough in mlx #3186.",
      "A reboot on purpose is silenced before, in Alertmanager, by `instance`.",
    ),
  },
  rules: (runbookUrl, policy) => {
    const { text: recent, spoken, seconds } = windowOf(policy, name);
    return [
      {
        alert: name,
        expr: promql(`
        ${boot} - min_over_time(${boot}[${recent}]) > ${jumpSeconds}
          and
        time() - ${boot} < ${seconds}
          and on (job, instance)
        max_over_time(${metrics.workloadProcesses.name}[${recent}]) > 0
      `),
        forSeconds: 60,
        labels: { severity: "warning" },
        annotations: {
          summary: "{{instance}} rebooted, and MLX workloads had run there",
          description: `It booted {{ago}} ago. {{workloads}} The least memory that was available within the last ${spoken} was {{available}}.`,
          runbook_url: runbookUrl,
        },
        fragments: {
          instance: label("instance"),
          ago: lookup(
            `time() - ${alike(boot, hostLabels)}`,
            hostLabels,
            "{{ . | first | value | humanizeDuration }}",
            "an unknown time",
          ),
          workloads: lookup(
            `max_over_time(${alike(metrics.workloadProcesses.name, hostLabels)}[${recent}]) > 0`,
            hostLabels,
            `Workloads of the last ${spoken}:{{ range . | sortByLabel "workload" }} {{ .Labels.workload }}{{ end }}.`,
            "Which workloads ran is not known.",
          ),
          available: amount(
            `min_over_time(${alike(metrics.hostMemoryAvailable.name, hostLabels)}[${recent}])`,
            hostLabels,
          ),
        },
      },
    ];
  },
  matrix: hostRebootedMatrix,
};
