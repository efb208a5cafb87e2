import type { AlertRule } from "../../model/plan.ts";
import { policySeverities } from "../../model/policy.ts";
import type { AlertSwitch, Policy, PolicySeverity } from "../../model/policy.ts";

/** What becomes of one rule of an alert: its severity, or that it never fires. */
export type Decision = PolicySeverity | "none" | "off";

/** A rule as it is built in: its alert and the severity that names it there. */
export interface BuiltIn {
  readonly alert: string;
  readonly severity: AlertRule["labels"]["severity"];
}

/** Alerts of limits in place: under the rollout stage `observe` nobody has promised to mend what they tell. */
const ofLimits = ["MlxLimitMissing", "MlxLimitBelowBaseline", "MlxLimitFarAboveBaseline"];

/** Where critical and warning become one, the warning alone says it: it fires whenever the critical rule does. */
const nestedAlerts = ["MlxHeadroomLow", "MlxStarvesHostMemory", "MlxGpuWiredOverCommitted"];

/** What the policy makes of a rule for a workload, or for all that it names no workload for. */
export function decided(policy: Policy, rule: BuiltIn, workload?: string): Decision {
  if (!enabled(policy, rule.alert, workload)) return "off";
  const severity = severityOf(policy, rule, workload);
  const swallowed =
    rule.severity === "critical" &&
    nestedAlerts.includes(rule.alert) &&
    severity === severityOf(policy, { ...rule, severity: "warning" }, workload);
  return swallowed ? "off" : severity;
}

/** Whether the policy names the severity for everybody, so that a weak baseline does not lower it. */
export function chosen(policy: Policy, { alert, severity }: BuiltIn): boolean {
  return severity !== "none" && policy.alerts[alert]?.severity?.[severity] !== undefined;
}

function severityOf(policy: Policy, { alert, severity }: BuiltIn, workload?: string): Decision {
  if (severity === "none") return severity;
  const asked = switches(policy, alert, workload)
    .map((each) => each.severity?.[severity])
    .find((each) => each !== undefined);
  if (asked !== undefined) return asked;
  const rollout = of(policy, workload)?.rollout ?? policy.rollout;
  return rollout === "observe" && ofLimits.includes(alert) ? "info" : severity;
}

function enabled(policy: Policy, alert: string, workload?: string): boolean {
  return (
    switches(policy, alert, workload)
      .map((each) => each.enabled)
      .find((each) => each !== undefined) ?? true
  );
}

/** The workload's own first. */
function switches(policy: Policy, alert: string, workload?: string): readonly AlertSwitch[] {
  return [of(policy, workload)?.alerts[alert], policy.alerts[alert]].filter(
    (each) => each !== undefined,
  );
}

function of(policy: Policy, workload?: string): Policy["workloads"][string] | undefined {
  return workload === undefined ? undefined : policy.workloads[workload];
}

/** How a rule is called in the labels of a workload's policy: `MlxHeadroomLow/critical`. */
export function ruleName({ alert, severity }: BuiltIn): string {
  return `${alert}/${severity}`;
}

/** Every way in which a workload's policy may differ from that of all. */
export const exceptions = ["off", ...policySeverities] as const;
export type Exception = (typeof exceptions)[number];

/** Where one workload's rule is not what it is for all, or must not be lowered: what it is instead. */
export function exceptionOf(
  policy: Policy,
  rule: BuiltIn,
  workload: string,
): Exception | undefined {
  const own = decided(policy, rule, workload);
  if (own === "none") return undefined;
  const choice = policy.workloads[workload]?.alerts[rule.alert]?.severity;
  const explicit = rule.severity !== "none" && choice?.[rule.severity] !== undefined;
  return own === decided(policy, rule) && !explicit ? undefined : own;
}
