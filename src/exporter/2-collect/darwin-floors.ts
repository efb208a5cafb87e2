import { processKey } from "../../model/process.ts";
import { known, type Figure } from "../../model/figure.ts";
import type { ProcessUsage } from "../../model/reading.ts";

/** CPU seconds that only ever grow. */
export interface CpuFloors {
  /** The usage, with CPU seconds no less than any that were given for this process before. */
  raise(
    process: { readonly pid: number; readonly startTicks: number },
    usage: ProcessUsage,
  ): ProcessUsage;
  /** Forgets every other process. */
  keep(processes: readonly { readonly pid: number; readonly startTicks: number }[]): void;
}

/**
 * Native calls tell nanoseconds of now and ps hundredths of a table that may be two seconds old. Where one steps in for
 * the other a counter could fall, which Prometheus takes for a restart: all of it would be counted again.
 */
export function createCpuFloors(): CpuFloors {
  const floors = new Map<string, { readonly user: number; readonly system: number }>();
  return {
    raise(process, usage) {
      const key = processKey(process);
      const before = floors.get(key) ?? { user: 0, system: 0 };
      const user = atLeast(usage.cpuUserSeconds, before.user);
      const system = atLeast(usage.cpuSystemSeconds, before.system);
      floors.set(key, {
        user: "value" in user ? user.value : before.user,
        system: "value" in system ? system.value : before.system,
      });
      return { ...usage, cpuUserSeconds: user, cpuSystemSeconds: system };
    },
    keep(processes) {
      const keys = new Set(processes.map(processKey));
      for (const key of floors.keys()) if (!keys.has(key)) floors.delete(key);
    },
  };
}

function atLeast(figure: Figure, floor: number): Figure {
  return "value" in figure ? known(Math.max(figure.value, floor)) : figure;
}
