import { constants, ruleGroups } from "../../catalog/alerts.ts";
import type { Resource } from "../../model/limit.ts";
import type { ConstantGroup } from "../../model/plan.ts";

/**
 * Headroom ratios under which MlxHeadroomLow fires for a workload without a profile. CPU has none: a job that uses
 * every core it may have is doing its work. Of GPU memory little is left by design: engines reserve nine tenths of a
 * card when they start, and MLX keeps what it has freed up to 95 %.
 */
export const defaultThresholds = {
  memory: { warning: 0.15, critical: 0.05 },
  gpu_memory: { warning: 0.05, critical: 0.02 },
  open_fds: { warning: 0.2, critical: 0.05 },
  threads: { warning: 0.1, critical: 0.05 },
} as const satisfies Partial<Record<Resource, Thresholds>>;

export interface Thresholds {
  readonly warning: number;
  readonly critical: number;
}

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
