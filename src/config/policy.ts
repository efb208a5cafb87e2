import { defaultPolicy } from "../model/policy.ts";
import type {
  AlertPolicy,
  AlertSwitch,
  Policy,
  ThresholdPolicies,
  ThresholdPolicy,
  WorkloadPolicy,
} from "../model/policy.ts";
import type { GivenPolicy as Given } from "./policy-schema.ts";

/** Without the keys that are not set, which an absent key is the same as. */
type Set<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** A policy as the compiler takes it: defaults filled in, and named by what its figures are. */
export function policyOf(given: Given): Policy {
  const { reviewEvery, interval, retention, alerts, workloads, joinLabels, ...others } = given;
  return {
    ...defaultPolicy,
    ...only(others),
    ...only({ reviewEverySeconds: reviewEvery, intervalSeconds: interval }),
    ...only({ retentionSeconds: retention }),
    thresholds: mergedThresholds(defaultPolicy.thresholds, given.thresholds),
    alerts: mapped(alerts, alertOf),
    workloads: mapped(workloads, workloadOf),
    joinLabels: [
      ...defaultPolicy.joinLabels,
      ...(joinLabels ?? []).filter((name) => !defaultPolicy.joinLabels.includes(name)).sort(),
    ],
  };
}

function alertOf({
  for: wait,
  keepFiringFor,
  window,
  annotations,
  labels,
  ...others
}: Given["alerts"][string]): AlertPolicy {
  const seconds = { forSeconds: wait, keepFiringForSeconds: keepFiringFor, windowSeconds: window };
  return { ...switchOf(others), ...only(seconds), annotations, labels };
}

function workloadOf(given: Given["workloads"][string]): WorkloadPolicy {
  const { reviewEvery, thresholds, alerts, limits, ...others } = given;
  return {
    ...only(others),
    ...only({ reviewEverySeconds: reviewEvery }),
    thresholds: mergedThresholds({}, thresholds),
    alerts: mapped(alerts, switchOf),
    limits: only(limits),
  };
}

function switchOf(given: { enabled?: unknown; severity?: unknown }): AlertSwitch {
  return only(given) as AlertSwitch;
}

/** Key by key, so that one threshold leaves the other as it is. */
function mergedThresholds(below: ThresholdPolicies, above: Given["thresholds"]): ThresholdPolicies {
  const resources = [...new Set([...Object.keys(below), ...Object.keys(above)])];
  return Object.fromEntries(
    resources.map((name) => {
      const resource = name as keyof ThresholdPolicies;
      const merged: ThresholdPolicy = { ...below[resource], ...only(above[resource] ?? {}) };
      return [resource, merged];
    }),
  );
}

function only<T extends object>(given: T): Set<T> {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as Set<T>;
}

function mapped<T, U>(
  given: Readonly<Record<string, T>>,
  change: (value: T) => U,
): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, change(value)]));
}
