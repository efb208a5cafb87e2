import type { Alert } from "./alert.ts";
import { cacheDominates } from "./alert-cache-dominates.ts";
import { cpuThrottled } from "./alert-cpu-throttled.ts";
import { exhaustionPredicted } from "./alert-exhaustion-predicted.ts";
import { exporterDown } from "./alert-exporter-down.ts";
import { gpuWiredOverCommitted } from "./alert-gpu-wired-over-committed.ts";
import { gpuWiredStranded } from "./alert-gpu-wired-stranded.ts";
import { headroomLow } from "./alert-headroom-low.ts";
import { limitHit } from "./alert-limit-hit.ts";
import { memoryOverCommitted } from "./alert-memory-over-committed.ts";
import { oomKilled } from "./alert-oom-killed.ts";
import { ruleFailing } from "./alert-rule-failing.ts";
import { starvesHostCpu } from "./alert-starves-host-cpu.ts";
import { starvesHostMemory } from "./alert-starves-host-memory.ts";
import { swappedOut } from "./alert-swapped-out.ts";
import { usageAboveBaseline } from "./alert-usage-above-baseline.ts";
import { watchdog } from "./alert-watchdog.ts";
import { workloadDown } from "./alert-workload-down.ts";

/** Every alert, in the order of the catalogue: rules, tests, routing tests and runbooks follow this list. */
export const alerts: readonly Alert[] = [
  headroomLow,
  exhaustionPredicted,
  usageAboveBaseline,
  limitHit,
  oomKilled,
  cpuThrottled,
  swappedOut,
  cacheDominates,
  starvesHostMemory,
  starvesHostCpu,
  memoryOverCommitted,
  gpuWiredOverCommitted,
  gpuWiredStranded,
  workloadDown,
  exporterDown,
  ruleFailing,
  watchdog,
];
