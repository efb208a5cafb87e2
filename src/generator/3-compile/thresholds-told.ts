import type { AlertName } from "../../catalog/alerts.ts";
import { defaultPolicy, type Policy, type ThresholdPolicies } from "../../model/policy.ts";
import type { Threshold } from "../../model/threshold.ts";
import { usageSeverity } from "./alert-usage-above-baseline.ts";
import { usageMargins } from "./baselines.ts";
import { spokenDays } from "./policy-words.ts";
import { judgedSeverities } from "./thresholds.ts";

/** Thresholds that hold for every workload without one of its own: of the alerts whose thresholds are data, in their order. */
export function generalThresholds(policy: Policy, alert: AlertName): readonly Threshold[] {
  if (alert === "MlxHeadroomLow")
    return sharesLeft(policy.thresholds, (resource, severity) => {
      const [value, usual] = [policy, defaultPolicy].map(
        ({ thresholds }) => thresholds[resource]?.[severity],
      );
      return value === usual ? "the default" : "the policy";
    });
  if (alert === "MlxUsageAboveBaseline")
    return judgedUsage.flatMap((resource): readonly Threshold[] => {
      const severity = usageSeverity[resource];
      const chosen = policy.thresholds[resource]?.usage;
      return chosen === undefined
        ? Object.entries(usageMargins).map(([grade, value]) => {
            return { severity, resource, value, unit: "times", why: `grade ${grade}` };
          })
        : [{ severity, resource, value: chosen, unit: "times", why: "the policy" }];
    });
  return alert === "MlxBaselineStale" ? [reviewThreshold(policy)] : [];
}

/** Those that the policy names for one workload. */
export function ownThresholds(
  policy: Policy,
  alert: AlertName,
  workload: string,
): readonly Threshold[] {
  const { thresholds = {}, reviewEverySeconds } = policy.workloads[workload] ?? {};
  const why = `the policy of ${workload}`;
  if (alert === "MlxHeadroomLow") return sharesLeft(thresholds, () => why);
  if (alert === "MlxUsageAboveBaseline")
    return judgedUsage.flatMap((resource) => {
      const value = thresholds[resource]?.usage;
      const severity = usageSeverity[resource];
      return value === undefined ? [] : [{ severity, resource, value, unit: "times", why }];
    });
  return alert === "MlxBaselineStale" && reviewEverySeconds !== undefined
    ? [reviewThreshold(policy, workload)]
    : [];
}

/** How old a baseline may become, and who says so. */
export function reviewThreshold(policy: Policy, workload = ""): Threshold {
  const own = policy.workloads[workload]?.reviewEverySeconds;
  const usual = policy.reviewEverySeconds === defaultPolicy.reviewEverySeconds;
  const value = own ?? policy.reviewEverySeconds;
  const whose =
    own === undefined ? (usual ? "the default" : "the policy") : `the policy of ${workload}`;
  return { severity: "info", value, unit: "seconds", why: `${spokenDays(value)}, ${whose}` };
}

const judgedUsage = Object.keys(usageSeverity) as readonly (keyof typeof usageSeverity)[];

function sharesLeft(
  thresholds: ThresholdPolicies,
  why: (resource: keyof ThresholdPolicies, severity: (typeof judgedSeverities)[number]) => string,
): readonly Threshold[] {
  return (Object.keys(thresholds) as (keyof ThresholdPolicies)[]).flatMap((resource) =>
    judgedSeverities.flatMap((severity): readonly Threshold[] => {
      const value = thresholds[resource]?.[severity];
      if (value === undefined) return [];
      return [{ severity, resource, value, unit: "left", why: why(resource, severity) }];
    }),
  );
}
