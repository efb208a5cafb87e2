import type { WorkloadRule } from "../../model/workload-rule.ts";
import type { Verdict } from "./classify.ts";
import type { Job } from "./darwin-jobs.ts";

const places: ReadonlySet<string> = new Set(["unit", "container", "pod"]);

/** The rules without what they ask of where a process runs, in their order. */
export function withoutPlaces(rules: readonly WorkloadRule[]): readonly WorkloadRule[] {
  return rules.map(({ match, ...rule }) => ({
    ...rule,
    match: Object.fromEntries(Object.entries(match).filter(([key]) => !places.has(key))),
  }));
}

/** Whether rules ask of any process where it runs. */
export function askForPlaces(rules: readonly WorkloadRule[]): boolean {
  return rules.some(({ match }) => Object.keys(match).some((key) => places.has(key)));
}

/**
 * Why a rule does not name a process although all holds that it asks besides where that runs; undefined where there is
 * no such rule before the one that does. `elsewhere` is the verdict by `relaxed`, the rules without places.
 */
export function almost(
  rules: readonly WorkloadRule[],
  relaxed: readonly WorkloadRule[],
  verdict: Verdict,
  elsewhere: Verdict,
  job: Job,
): string | undefined {
  const found = elsewhere.kind === "mlx" ? elsewhere.rule : undefined;
  const rule = found && rules[relaxed.indexOf(found)];
  if (rule === undefined || (verdict.kind === "mlx" && verdict.rule === rule)) return undefined;
  const { name, match } = rule;
  return match.container !== undefined || match.pod !== undefined
    ? `the config's rule ${name} asks for a container or a pod, and macOS has neither`
    : `the config's rule ${name} asks for a unit, and ${placeIn(job)}`;
}

function placeIn(job: Job): string {
  switch (job.kind) {
    case "unit":
      return `the process is in launchd's job ${job.label}`;
    case "session":
      return "the process was started from an app or over ssh, which is none";
    case "none":
      return "the process is in no job that 'launchctl list' shows to this user";
    case "unknown":
      return "'launchctl list' told nothing";
  }
}
