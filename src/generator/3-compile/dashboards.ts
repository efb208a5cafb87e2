import { dashboardTag, dashboards as names } from "../../catalog/dashboards.ts";
import type { Column, Dashboard, Link, Panel, Target } from "../../model/dashboard.ts";
import type { Policy } from "../../model/policy.ts";
import { fleetDashboard } from "./dashboard-fleet.ts";
import { historyDashboard } from "./dashboard-history.ts";
import { limitsDashboard } from "./dashboard-limits.ts";
import { pipelineDashboard } from "./dashboard-pipeline.ts";
import { workloadDashboard } from "./dashboard-workload.ts";
import type { DashboardDraft } from "./dashboard.ts";
import type { PanelDraft } from "./panel.ts";
import { withGrouping } from "./promql-tree.ts";
import { promql, withDurations } from "./promql.ts";
import { selectorsFor } from "./selectors.ts";

/** Where the runbooks are: the page, and the place on it of one alert's. */
export interface Runbooks {
  readonly page: string;
  readonly of: (alert: string) => string;
}

/**
 * Five dashboards, each for a question of its own, and the same for any number of workloads. They read no series with a
 * pid, which can be switched off. `beside` are labels that tell clusters or classes of hosts apart.
 */
export function compileDashboards(
  policy: Policy,
  beside: readonly string[],
  runbooks: Runbooks,
): readonly Dashboard[] {
  return [
    fleetDashboard(policy, beside),
    workloadDashboard(policy, beside),
    limitsDashboard(policy, beside),
    historyDashboard(policy, beside),
    pipelineDashboard(policy, beside),
  ].map((draft) => finished(draft, beside, runbooks));
}

function finished(
  { key, rows, annotations, ...draft }: DashboardDraft,
  beside: readonly string[],
  runbooks: Runbooks,
): Dashboard {
  const select = selectorsFor(beside);
  return {
    ...names[key],
    ...draft,
    tags: ["mlx", dashboardTag],
    annotations: annotations(select).map((each) => ({
      ...each,
      expr: apart(promql(each.expr), beside),
    })),
    links: [{ title: "Runbooks", url: runbooks.page }],
    rows: rows.map((row) => {
      const { title, panels } = row(select);
      return { title, panels: panels.map((panel) => finishedPanel(panel, beside, runbooks)) };
    }),
  };
}

function finishedPanel(
  { alerts = [], ...panel }: PanelDraft,
  beside: readonly string[],
  runbooks: Runbooks,
): Panel {
  return {
    ...panel,
    targets: panel.targets.map((target) => targetApart(target, beside)),
    ...(panel.columns && { columns: columnsApart(panel.columns, beside) }),
    runbooks: alerts.map((alert): Link => ({
      title: `Runbook: ${alert}`,
      url: runbooks.of(alert),
    })),
  };
}

/** What tells clusters apart is neither summed away nor left out of a name: each may have a `studio-1`. */
function targetApart({ expr, legend, style }: Target, beside: readonly string[]): Target {
  if (!isOfHosts(expr)) return { expr, legend, style };
  const names = ["instance", ...beside].map((name) => `{{${name}}}`).join(" ");
  return { expr: apart(expr, beside), legend: legend.replace("{{instance}}", names), style };
}

function apart(expr: string, beside: readonly string[]): string {
  if (beside.length === 0 || !isOfHosts(expr)) return expr;
  return withDurations(expr, (parsable) => withGrouping(parsable, beside, ["job", "instance"]));
}

/** Prometheus and Alertmanager are no hosts of ours, and have none of those labels. */
function isOfHosts(expr: string): boolean {
  return expr.includes('"$instance');
}

function columnsApart(columns: readonly Column[], beside: readonly string[]): readonly Column[] {
  const others = beside.map((name): Column => ({ field: name, title: name }));
  return columns.flatMap((column) =>
    column.field === "instance" ? [...others, column] : [column],
  );
}
