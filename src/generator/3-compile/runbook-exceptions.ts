import type { AlertName } from "../../catalog/alerts.ts";
import type { Policy } from "../../model/policy.ts";
import type { RunbookException } from "../../model/runbook-page.ts";
import { exceptionOf } from "./policy-decisions.ts";
import { firingOf } from "./policy-firing.ts";
import { isOfWorkload, type PolicyRule } from "./policy-rules.ts";
import { ownThresholds } from "./thresholds-told.ts";

/**
 * The workloads for which the policy has decided something of this alert that does not hold for all: a line for each of its
 * rules, by workload.
 */
export function exceptionsOf(
  policy: Policy,
  alert: AlertName,
  rules: readonly PolicyRule[],
): readonly RunbookException[] {
  return Object.keys(policy.workloads)
    .sort()
    .flatMap((workload) =>
      rules
        .filter(({ builtIn }) => isOfWorkload(builtIn))
        .flatMap((rule) => exceptionFor(policy, alert, rule, rules, workload)),
    );
}

function exceptionFor(
  policy: Policy,
  alert: AlertName,
  { builtIn }: PolicyRule,
  rules: readonly PolicyRule[],
  workload: string,
): readonly RunbookException[] {
  const { severity } = builtIn.labels;
  const { owner, hold } = policy.workloads[workload] ?? {};
  const thresholds = ownThresholds(policy, alert, workload).filter(
    (threshold) => threshold.severity === severity,
  );
  const switched = exceptionOf(policy, { alert, severity }, workload) !== undefined;
  if (!switched && owner === undefined && hold === undefined && thresholds.length === 0) return [];
  const firing = firingOf(policy, rules, alert, severity, workload);
  return [
    {
      workload,
      rule: severity,
      severity: firing?.labels["severity"] ?? "off",
      ...(firing !== undefined && { forSeconds: firing.forSeconds }),
      thresholds: firing === undefined ? [] : thresholds,
      ...(firing !== undefined && owner !== undefined && { owner }),
    },
  ];
}
