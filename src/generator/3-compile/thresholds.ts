import { constants, ruleGroups } from "../../catalog/alerts.ts";
import type { ConstantGroup } from "../../model/plan.ts";
import { defaultThresholds } from "../../model/policy.ts";

export { defaultThresholds };

type JudgedResource = keyof typeof defaultThresholds;
export const judgedResources = Object.keys(defaultThresholds) as readonly JudgedResource[];
export const judgedSeverities = ["warning", "critical"] as const;

/** The defaults as series without a workload, which is what `workload=""` selects. */
export function compileThresholds(): ConstantGroup {
  return {
    name: ruleGroups.thresholds,
    constants: judgedResources.flatMap((resource) =>
      judgedSeverities.map((severity) => ({
        record: constants.headroomThreshold,
        labels: { workload: "", resource, severity },
        value: defaultThresholds[resource][severity],
        why: `default for workloads without a profile: ${severity} below ${defaultThresholds[resource][severity]} of the limit left`,
      })),
    ),
  };
}
