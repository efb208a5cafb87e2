import type { Policy } from "../../model/policy.ts";
import { hostVariables, workloadVariable, type DashboardDraft } from "./dashboard.ts";
import { annotations } from "./panels-alerts.ts";
import { fleetNow, fleetOverTime, fleetWorkloads } from "./panels-fleet.ts";
import { hosts } from "./panels-hosts.ts";
import { ofWorkloadOrAll, selectorsFor } from "./selectors.ts";

/** All workloads on all hosts. */
export function fleetDashboard(policy: Policy, beside: readonly string[]): DashboardDraft {
  return {
    key: "fleet",
    range: "6h",
    refresh: "1m",
    variables: [
      ...hostVariables(policy, beside),
      workloadVariable(selectorsFor(beside).host("workloadProcesses"), true),
    ],
    annotations: (select) => annotations(select, ofWorkloadOrAll),
    rows: [fleetNow, fleetWorkloads, fleetOverTime, hosts],
  };
}
