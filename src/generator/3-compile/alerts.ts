import type { Alert } from "./alert.ts";
import { allocatorReportStale } from "./alert-allocator-report-stale.ts";
import { baselineDrift } from "./alert-baseline-drift.ts";
import { baselineMismatch } from "./alert-baseline-mismatch.ts";
import { baselineStale } from "./alert-baseline-stale.ts";
import { cacheDominates } from "./alert-cache-dominates.ts";
import { collectorFailing } from "./alert-collector-failing.ts";
import { configReloadFailed } from "./alert-config-reload-failed.ts";
import { cpuThrottled } from "./alert-cpu-throttled.ts";
import { exhaustionPredicted } from "./alert-exhaustion-predicted.ts";
import { exporterDown } from "./alert-exporter-down.ts";
import { gpuWiredOverCommitted } from "./alert-gpu-wired-over-committed.ts";
import { gpuWiredStranded } from "./alert-gpu-wired-stranded.ts";
import { headroomLow } from "./alert-headroom-low.ts";
import { hostRebooted } from "./alert-host-rebooted.ts";
import { idleCpuHigh } from "./alert-idle-cpu-high.ts";
import { limitBelowBaseline } from "./alert-limit-below-baseline.ts";
import { limitFarAboveBaseline } from "./alert-limit-far-above-baseline.ts";
import { limitHit } from "./alert-limit-hit.ts";
import { limitMissing } from "./alert-limit-missing.ts";
import { memoryOverCommitted } from "./alert-memory-over-committed.ts";
import { oomKilled } from "./alert-oom-killed.ts";
import { rankMissing } from "./alert-rank-missing.ts";
import { ruleFailing } from "./alert-rule-failing.ts";
import { seriesDropped } from "./alert-series-dropped.ts";
import { starvesHostCpu } from "./alert-starves-host-cpu.ts";
import { starvesHostMemory } from "./alert-starves-host-memory.ts";
import { swappedOut } from "./alert-swapped-out.ts";
import { usageAboveBaseline } from "./alert-usage-above-baseline.ts";
import { watchdog } from "./alert-watchdog.ts";
import { workloadDown } from "./alert-workload-down.ts";
import { workloadRestarting } from "./alert-workload-restarting.ts";
import { workloadStuck } from "./alert-workload-stuck.ts";
import { workloadWithoutBaseline } from "./alert-workload-without-baseline.ts";

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
  limitMissing,
  limitBelowBaseline,
  limitFarAboveBaseline,
  workloadDown,
  workloadRestarting,
  workloadStuck,
  idleCpuHigh,
  rankMissing,
  hostRebooted,
  baselineStale,
  baselineMismatch,
  baselineDrift,
  workloadWithoutBaseline,
  exporterDown,
  collectorFailing,
  seriesDropped,
  allocatorReportStale,
  configReloadFailed,
  ruleFailing,
  watchdog,
];
