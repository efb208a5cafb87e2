import type { Limit, Resource } from "./limit.ts";
import type { ProcessView } from "./view.ts";

/** How urgent what is left is for a person: what the status page and `ps` sort and mark by. */
export type Urgency = "critical" | "low" | "unknown" | "fine";

/** Most urgent first: a process of which nothing is known comes before one that is known to be fine. */
const order: readonly Urgency[] = ["critical", "low", "unknown", "fine"];

/** A program that is out of these is slowed down, not killed or refused. */
export const onlySlows: readonly Resource[] = ["cpu", "swap"];

const everyday: readonly Resource[] = ["memory", "gpu_memory", "cpu", "threads", "open_fds"];

/** Of a binding limit; undefined where nothing is known. A limit of 0 has no ratio and nothing left. */
export function urgencyOf(limit: Pick<Limit, "resource" | "ratio"> | undefined): Urgency {
  if (limit === undefined) return "unknown";
  const ratio = limit.ratio ?? 0;
  if (ratio >= 0.15) return "fine";
  return ratio >= 0.05 || onlySlows.includes(limit.resource) ? "low" : "critical";
}

/**
 * The binding limits a person should see: of the everyday resources always, of the others only when half of it is
 * gone. A limit of 0 on swap that nobody uses is no news.
 */
export function limitsWorthShowing(limits: readonly Limit[]): readonly Limit[] {
  return limits.filter(
    ({ binding, resource, usage, ratio }) =>
      binding &&
      (everyday.includes(resource) ||
        (usage !== undefined && usage > 0 && (ratio === undefined || ratio < 0.5))),
  );
}

/** The limit that a process will meet first, by urgency and then by the share that is left. */
export function tightestOf(limits: readonly Limit[]): Limit | undefined {
  return [...limitsWorthShowing(limits)].sort(
    (a, b) => rank(a) - rank(b) || shareLeft(a) - shareLeft(b),
  )[0];
}

/** Processes with the one that is worst off first; those equally badly off stay in their order. */
export function worstFirst(processes: readonly ProcessView[]): readonly ProcessView[] {
  return processes
    .map((view) => ({ view, tightest: tightestOf(view.limits) }))
    .sort(
      (a, b) =>
        rank(a.tightest) - rank(b.tightest) || shareLeft(a.tightest) - shareLeft(b.tightest),
    )
    .map(({ view }) => view);
}

function rank(limit: Limit | undefined): number {
  return order.indexOf(urgencyOf(limit));
}

function shareLeft(limit: Limit | undefined): number {
  return limit?.ratio ?? 0;
}
