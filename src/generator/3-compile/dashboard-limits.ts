import type { Policy } from "../../model/policy.ts";
import { hostVariables, workloadVariable, type DashboardDraft } from "./dashboard.ts";
import { annotations } from "./panels-alerts.ts";
import { limitsMissing, limitsOfHosts } from "./panels-limits-missing.ts";
import { limitsAgainstPeaks, limitsBinding, limitsNow } from "./panels-limits.ts";
import { ofWorkloadOrAll, selectorsFor } from "./selectors.ts";

/** Limits of all workloads, by resource. */
export function limitsDashboard(policy: Policy, beside: readonly string[]): DashboardDraft {
  const select = selectorsFor(beside);
  return {
    key: "limits",
    range: "24h",
    refresh: "1m",
    variables: [
      ...hostVariables(policy, beside),
      workloadVariable(select.host("workloadProcesses"), true),
      {
        name: "resource",
        label: "Resource",
        query: `label_values(${select.workload("workloadHeadroomRatio")}, resource)`,
        isMulti: true,
        all: ".+",
      },
    ],
    annotations: (by) => annotations(by, ofWorkloadOrAll),
    rows: [limitsNow, limitsBinding, limitsAgainstPeaks, limitsMissing, limitsOfHosts],
  };
}
