import { z } from "zod";
import { known, missing } from "../../model/figure.ts";
import type { AllocatorReading } from "../../model/reading.ts";

/** A count of bytes as JSON holds it; infinity and NaN are none. */
const bytes = z.number().nonnegative();

/** What the reporter writes, as far as it is wanted; docs/allocator.md has all of it. A later reporter may say more. */
const reportSchema = z.object({
  schema: z.literal(1),
  pid: z.int().positive(),
  start_ticks: z.int().nonnegative().optional(),
  start_time: z.number().nonnegative().optional(),
  time: z.number().nonnegative(),
  interval_seconds: z.number().positive().max(3600),
  active_bytes: bytes,
  cache_bytes: bytes,
  peak_bytes: bytes,
  memory_limit_bytes: bytes.optional(),
  max_recommended_working_set_bytes: bytes.optional(),
  mlx_version: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}$/)
    .optional(),
  backend: z.enum(["cpu", "cuda", "metal"]).optional(),
});

/**
 * Of whom a report must speak: the pid as the process itself knows it, and when it started, in clock ticks after boot or,
 * where nobody counts in those, in Unix seconds.
 */
export type Reported = { readonly ownPid: number } & (
  { readonly startTicks: number } | { readonly startTime: number }
);

/** What came of a report: figures, or that it is an earlier process's, or what is wrong with it. */
export type ReportVerdict =
  | { readonly kind: "believed"; readonly reading: AllocatorReading }
  | { readonly kind: "left-over" }
  | { readonly kind: "refused"; readonly why: string };

/** A process that misses this many reports in a row is stuck, or its reporter is. */
const intervalsUntilStale = 3;
/** Writer and reader have the same clock, which may be set back a little. */
const mostAheadSeconds = 60;

/**
 * Reads a report, which may hold anything at all. Figures of one that is too old are left out, and its time is not: that
 * nothing comes any more is what there is to know then.
 */
export function parseReport(text: string, process: Reported, now: number): ReportVerdict {
  const checked = reportSchema.safeParse(parsed(text));
  if (!checked.success) return { kind: "refused", why: "it is no report" };
  const report = checked.data;
  if (report.pid !== process.ownPid) return { kind: "refused", why: "it names another pid" };
  const later = startsLater(report, process);
  if (later === undefined) return { kind: "refused", why: "it names no start" };
  if (later < 0) return { kind: "left-over" };
  if (later > 0) return { kind: "refused", why: "it names a later start" };
  if (report.time > now + mostAheadSeconds)
    return { kind: "refused", why: "it is from the future" };
  const stale = now - report.time > intervalsUntilStale * report.interval_seconds;
  const figure = (value: number) => (stale ? missing("not_measured") : known(value));
  const { memory_limit_bytes: limit, mlx_version: mlxVersion, backend } = report;
  const workingSetBytes = report.max_recommended_working_set_bytes;
  return {
    kind: "believed",
    reading: {
      activeBytes: figure(report.active_bytes),
      cacheBytes: figure(report.cache_bytes),
      peakBytes: figure(report.peak_bytes),
      reportTime: known(report.time),
      memoryLimitBytes: limit === undefined ? missing("not_measured") : known(limit),
      ...(workingSetBytes !== undefined && { workingSetBytes }),
      ...(mlxVersion !== undefined && { mlxVersion }),
      ...(backend !== undefined && { backend }),
    },
  };
}

/**
 * How much later than the process the report says that it started, 0 for the same start; undefined when it does not
 * say. macOS's ps knows whole seconds only, and rounds them its own way: the second before or after is the same.
 */
function startsLater(
  report: { readonly start_ticks?: number | undefined; readonly start_time?: number | undefined },
  process: Reported,
): number | undefined {
  if ("startTicks" in process) {
    return report.start_ticks === undefined ? undefined : report.start_ticks - process.startTicks;
  }
  if (report.start_time === undefined) return undefined;
  const seconds = Math.floor(report.start_time) - Math.floor(process.startTime);
  return Math.abs(seconds) <= 1 ? 0 : seconds;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
