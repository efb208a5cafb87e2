import { constants } from "../../catalog/alerts.ts";
import type { AlertName } from "../../catalog/alerts.ts";
import type { WatchedThreshold, WatchingAlert } from "../../model/baseline-document.ts";
import type { Constant } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";
import type { Profile } from "../../model/profile.ts";
import { receiverOf, routeOf } from "../../model/routed.ts";
import type { Routing } from "../../model/routing.ts";
import type { Threshold } from "../../model/threshold.ts";
import { usageSeverity } from "./alert-usage-above-baseline.ts";
import { firingOf } from "./policy-firing.ts";
import { isOfWorkload } from "./policy-rules.ts";
import type { DecidedAlert } from "./tests.ts";
import { generalThresholds, reviewThreshold } from "./thresholds-told.ts";

/** Which alerts are about this workload and as what they fire, and which of them never do. */
export function watching(
  { workload, grade, labels }: Profile,
  policy: Policy,
  compiled: readonly DecidedAlert[],
  routing: Routing,
): { readonly alerts: readonly WatchingAlert[]; readonly off: readonly string[] } {
  // A workload with a baseline on all hosts is never without one.
  const possible = ofWorkloads(compiled).filter(
    ({ alert }) => labels !== undefined || alert.name !== "MlxWorkloadWithoutBaseline",
  );
  const each = possible.map(({ alert, rules }) => ({
    alert: alert.name,
    firing: rules.flatMap(({ builtIn }): readonly WatchingAlert[] => {
      const { severity } = builtIn.labels;
      const fires = firingOf(policy, rules, alert.name, severity, workload, grade);
      if (fires === undefined) return [];
      const told = { alertname: alert.name, workload, ...fires.labels };
      return [
        {
          alert: alert.name,
          severity: fires.labels["severity"] ?? severity,
          forSeconds: fires.forSeconds,
          receiver: receiverOf(routing, told),
          quiet: routeOf(routing, told)?.muted !== undefined,
          owner: fires.labels["owner"] ?? "",
        },
      ];
    }),
  }));
  return {
    alerts: each.flatMap(({ firing }) => firing),
    off: each.filter(({ firing }) => firing.length === 0).map(({ alert }) => alert),
  };
}

function ofWorkloads(compiled: readonly DecidedAlert[]): readonly DecidedAlert[] {
  return compiled.filter(({ rules }) => rules.some(({ builtIn }) => isOfWorkload(builtIn)));
}

/** What it is judged by, where that is data: its own where it has any, else what holds for all. */
export function watchedThresholds(
  policy: Policy,
  workload: string,
  own: readonly Constant[],
  compiled: readonly DecidedAlert[],
  off: readonly string[],
): readonly WatchedThreshold[] {
  const of: Partial<Record<AlertName, readonly Threshold[]>> = {
    MlxHeadroomLow: headroom(policy, own),
    MlxUsageAboveBaseline: usage(own),
    MlxBaselineStale: [reviewThreshold(policy, workload)],
  };
  return ofWorkloads(compiled)
    .filter(({ alert }) => !off.includes(alert.name))
    .flatMap(({ alert: { name } }) => (of[name] ?? []).map((each) => ({ alert: name, ...each })));
}

function headroom(policy: Policy, own: readonly Constant[]): readonly Threshold[] {
  const named = own
    .filter(({ record }) => record === constants.headroomThreshold)
    .map(({ labels: { severity = "", resource = "" }, value, why }): Threshold => ({
      severity,
      resource,
      value,
      unit: "left",
      why,
    }));
  const same = (one: Threshold, other: Threshold) =>
    one.severity === other.severity && one.resource === other.resource;
  const general = generalThresholds(policy, "MlxHeadroomLow");
  return [
    ...general.map((each) => named.find((one) => same(one, each)) ?? each),
    ...named.filter((one) => !general.some((each) => same(one, each))),
  ];
}

function usage(own: readonly Constant[]): readonly Threshold[] {
  return own
    .filter(({ record }) => record === constants.usageThreshold)
    .map(({ labels: { resource = "" }, value, why }) => ({
      severity: usageSeverity[resource as keyof typeof usageSeverity],
      resource,
      value,
      unit: resource === "cpu" ? "cores" : "bytes",
      why,
    }));
}
