import type { constants } from "./alerts.ts";

/** Labels of each recorded constant. A constant that is added without its labels here is not compiled. */
export const constantLabels = {
  headroomThreshold: ["workload", "resource", "severity"],
  baselinePeak: ["workload", "resource"],
  baselineP95: ["workload", "resource"],
  usageThreshold: ["workload", "resource"],
  reviewThreshold: ["workload"],
  /** And whatever a policy decides of it. */
  workloadPolicy: ["workload"],
  baselineRecorded: ["workload", "grade", "model", "mlx_version"],
} as const satisfies Record<keyof typeof constants, readonly string[]>;
