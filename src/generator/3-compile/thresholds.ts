import { constants, ruleGroups } from "../../catalog/alerts.ts";
import type { ConstantGroup } from "../../model/plan.ts";
import type { Policy, ThresholdPolicies } from "../../model/policy.ts";

export const judgedSeverities = ["warning", "critical"] as const;

/** The defaults as series without a workload, which is what `workload=""` selects. */
export function compileThresholds({ thresholds }: Policy): ConstantGroup {
  return {
    name: ruleGroups.thresholds,
    constants: (Object.keys(thresholds) as (keyof ThresholdPolicies)[]).flatMap((resource) =>
      judgedSeverities.flatMap((severity) => {
        const value = thresholds[resource]?.[severity];
        if (value === undefined) return [];
        return [
          {
            record: constants.headroomThreshold,
            labels: { workload: "", resource, severity },
            value,
            why: `default for workloads without a profile: ${severity} below ${value} of the limit left`,
          },
        ];
      }),
    ),
  };
}
