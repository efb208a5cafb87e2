import type { RecordedProcess } from "../../model/recording.ts";

/** Two looks further apart than this many intervals have a gap between them, and no rate. */
const intervalsOfAGap = 5;

/** Turns CPU seconds ever used into cores, between one sample of a process and the next. */
export function createCpuRates(interval: number) {
  const before = new Map<string, { readonly t: number; readonly cpuSeconds: number }>();
  return {
    /** Undefined for the first sample of a process, after a gap, and where it cannot be. */
    rate(t: number, { pid, startTime, cpuSeconds }: RecordedProcess): number | undefined {
      if (cpuSeconds === undefined) return undefined;
      const key = `${pid} ${startTime}`;
      const last = before.get(key);
      before.set(key, { t, cpuSeconds });
      if (last === undefined) return undefined;
      const [apart, used] = [t - last.t, cpuSeconds - last.cpuSeconds];
      return apart > 0.001 * interval && apart <= interval * intervalsOfAGap && used >= 0
        ? used / apart
        : undefined;
    },
  };
}
