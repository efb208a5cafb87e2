import type { ProcessView, WorkloadCounters, WorkloadView } from "../../model/view.ts";
import type { WorkloadRule } from "../../model/workload-rule.ts";

/** A server that nobody configured is missed for this long after it was last seen. */
const missedSeconds = 3600;

/** Every workload there is to tell of: configured ones, running ones, and those that ran in the last 24 hours. */
export function workloadViews(
  processes: readonly ProcessView[],
  rules: readonly WorkloadRule[],
  ledger: { workloads(): ReadonlyMap<string, WorkloadCounters>; now(): number },
): readonly WorkloadView[] {
  const counters = ledger.workloads();
  const names = new Set([...rules.map((rule) => rule.name), ...counters.keys()]);
  return [...names].sort().map((name) => {
    const history = counters.get(name);
    return {
      name,
      processes: processes.filter(({ process }) => process.workload === name),
      expected: isExpected(name, rules, history, ledger.now()),
      ...(history !== undefined && { counters: history }),
    };
  });
}

/**
 * Whether a workload without a process is a fault. The config decides; without it a server is missed for an hour, so
 * that a crash is noticed on the first day and a server stopped for good is not reported for ever.
 */
function isExpected(
  name: string,
  rules: readonly WorkloadRule[],
  history: WorkloadCounters | undefined,
  now: number,
): boolean {
  const rule = rules.find((candidate) => candidate.name === name);
  if (rule !== undefined) return rule.expect === "always";
  return history !== undefined && now - history.lastServerSeen < missedSeconds;
}
