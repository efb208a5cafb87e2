import type { RuleTest } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";
import { alerting, silence } from "./alerting.ts";
import { exported, hold, minute, studio1 } from "./matrix.ts";
import { firingOf, type Firing } from "./policy-firing.ts";
import type { PolicyRule } from "./policy-rules.ts";
import { judgedSeverities } from "./thresholds.ts";

const alert = "MlxHeadroomLow";

/** That what is decided for a workload is done, shown on the one alert that any workload can raise. */
export function policyTests(policy: Policy, rules: readonly PolicyRule[]): readonly RuleTest[] {
  return Object.keys(policy.workloads)
    .sort()
    .map((workload) => ofWorkload(policy, rules, workload));
}

/** Nothing is left under its limit: what fires says so as the policy has it, and not before the time it names. */
function ofWorkload(policy: Policy, rules: readonly PolicyRule[], workload: string): RuleTest {
  const ratio = { workload, resource: "memory" };
  const firing = judgedSeverities
    .map((severity) => firingOf(policy, rules, alert, severity, workload))
    .filter((each) => each !== undefined);
  const last = Math.max(0, ...firing.map(({ forSeconds }) => forSeconds)) + minute;
  const first = Math.min(...firing.map(({ forSeconds }) => forSeconds)) - minute;
  const held = Math.ceil(last / minute) * minute + 2 * minute;
  return {
    claim:
      firing.length === 0
        ? `${workload}: ${alert} is off`
        : `${workload}: ${alert} fires with its labels, after its own time`,
    input: [exported("workloadHeadroomRatio", studio1, ratio, hold(-1, held))],
    alerts: [],
    samples: [
      ...(firing.length === 0 ? [silence(alert, workload, last + 5)] : []),
      ...(firing.length > 0 && first > minute ? [silence(alert, workload, first + 5)] : []),
      ...distinct(firing).map((each) => alerting(alert, each, ratio, last + 5, studio1)),
    ],
  };
}

/** Two rules may have come to the same alert. */
function distinct(firing: readonly Firing[]): readonly Firing[] {
  const seen = new Map(firing.map((each) => [each.labels["severity"], each]));
  return [...seen.values()];
}
