import type { AlertName } from "../../catalog/alerts.ts";
import type { Severity } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";
import type { Grade } from "../../model/profile.ts";
import { decided, exceptionOf } from "./policy-decisions.ts";
import { lowered } from "./policy-rules.ts";
import type { PolicyRule } from "./policy-rules.ts";

/** How an alert fires for one workload: with which labels besides those of its series, and after how long. */
export interface Firing {
  readonly labels: Readonly<Record<string, string>>;
  readonly forSeconds: number;
}

/** What the rules look up when they fire, known beforehand: for claims about one workload. Absent where it is off. */
export function firingOf(
  policy: Policy,
  rules: readonly PolicyRule[],
  alert: AlertName,
  severity: Severity,
  workload: string,
  grade?: Grade,
): Firing | undefined {
  const rule = rules.find(
    ({ builtIn }) => builtIn.alert === alert && builtIn.labels.severity === severity,
  );
  if (rule === undefined) throw new Error(`${alert} has no rule that is built as ${severity}`);
  const builtIn = { alert, severity };
  const usual = decided(policy, builtIn);
  const exception = exceptionOf(policy, builtIn, workload);
  const weak = grade === "C" && usual === "warning" && lowered(policy, builtIn);
  const as = exception ?? (weak ? "info" : usual);
  if (as === "off") return undefined;
  const { hold, owner } = policy.workloads[workload] ?? {};
  const made = rule.made.find(({ labels }) => labels["hold"] === hold) ?? rule.made[0];
  if (made === undefined) return undefined;
  return {
    labels: { ...made.labels, severity: as, ...(owner !== undefined && { owner }) },
    forSeconds: made.forSeconds ?? 0,
  };
}
