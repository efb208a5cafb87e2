import { historyName } from "../../catalog/history.ts";
import type { Policy } from "../../model/policy.ts";
import { hostVariables, workloadVariable, type DashboardDraft } from "./dashboard.ts";
import { alertAnnotation } from "./panels-alerts.ts";
import { historyEvents, historyOutlook, historyUsage } from "./panels-history.ts";
import { ofWorkloadOrAll, selectorsFor } from "./selectors.ts";

/** What every workload has, and the only series that is there where nothing but history is kept. */
const anchor = historyName("memory", "max", "1h");

/** Months, from what is recorded every two minutes and kept for years. */
export function historyDashboard(policy: Policy, beside: readonly string[]): DashboardDraft {
  const inHost = selectorsFor(beside).scrape(anchor);
  return {
    key: "history",
    range: "90d",
    variables: [...hostVariables(policy, beside, anchor), workloadVariable(inHost, true)],
    annotations: (select) => [alertAnnotation(select, ofWorkloadOrAll)],
    rows: [historyUsage, historyOutlook, historyEvents],
  };
}
