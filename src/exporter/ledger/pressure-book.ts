import type { LookedPressure } from "../../model/look.ts";
import type { Pressure } from "../../model/cgroup-reading.ts";

/** Time that workloads lost for want of a resource, from one look to the next. */
export interface PressureBook {
  /** What each workload lost since the last look; 0 at first sight, because a cgroup's past is not an event. */
  observe(
    pressures: readonly LookedPressure[],
  ): readonly { readonly workload: string; readonly lost: readonly Pressure[] }[];
}

/**
 * Where a workload's processes live in several cgroups, the one that lost most counts: two that wait at the same time
 * lose that time once. A total that fell belongs to a new cgroup of the same name.
 */
export function createPressureBook(): PressureBook {
  let last = new Map<string, number>();

  return {
    observe(pressures) {
      const next = new Map<string, number>();
      const most = new Map<string, Map<string, Pressure>>();
      for (const { scope, workloads, pressure } of pressures) {
        for (const { resource, kind, seconds } of pressure) {
          const key = `${resource} ${kind} ${scope}`;
          next.set(key, seconds);
          const before = last.get(key) ?? seconds;
          const lost = seconds < before ? seconds : seconds - before;
          for (const workload of workloads) {
            const ofWorkload = most.get(workload) ?? new Map<string, Pressure>();
            const soFar = ofWorkload.get(`${resource} ${kind}`)?.seconds ?? 0;
            ofWorkload.set(`${resource} ${kind}`, {
              resource,
              kind,
              seconds: Math.max(soFar, lost),
            });
            most.set(workload, ofWorkload);
          }
        }
      }
      last = next;
      return [...most].map(([workload, lost]) => ({ workload, lost: [...lost.values()] }));
    },
  };
}
