import type { Policy } from "../../model/policy.ts";
import { hostVariables, workloadVariable, type DashboardDraft } from "./dashboard.ts";
import { annotations } from "./panels-alerts.ts";
import { workloadEvents } from "./panels-workload-events.ts";
import { workloadLimits, workloadNow } from "./panels-workload-now.ts";
import { workloadCpu, workloadMemory, workloadProbes } from "./panels-workload-usage.ts";
import { ofWorkload, selectorsFor } from "./selectors.ts";

/** One workload at a time, for a baseline is one workload's; on as many hosts as it runs on. */
export function workloadDashboard(policy: Policy, beside: readonly string[]): DashboardDraft {
  return {
    key: "workload",
    range: "6h",
    refresh: "1m",
    variables: [
      ...hostVariables(policy, beside),
      workloadVariable(selectorsFor(beside).host("workloadProcesses"), false),
    ],
    annotations: (select) => annotations(select, ofWorkload),
    rows: [
      workloadNow(policy.reviewEverySeconds / 86_400),
      workloadLimits,
      workloadMemory,
      workloadCpu,
      workloadEvents,
      workloadProbes,
    ],
  };
}
