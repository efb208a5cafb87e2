import type { Housing, Labels } from "../../model/container.ts";
import { type Globs, matchesGlob } from "../../model/glob.ts";
import type { WorkloadMatch, WorkloadRule } from "../../model/workload-rule.ts";
import { flagValue, mayBeAmong } from "./flag-values.ts";
import { customRuntime } from "./runtime.ts";

/** What a rule of the config can ask about a process. */
export interface RuleFacts {
  readonly runtime: string;
  readonly program: string;
  /** What the program was given. Only compared, never shown. */
  readonly arguments: readonly string[];
  /** Words of which nobody can tell which are arguments. */
  readonly unclear: readonly string[];
  /** Asked for only where a rule has a condition on it: it takes a read of its own. */
  owner(): { readonly uid?: string; readonly user?: string; readonly unit?: string };
  /** Its container and its pod, as far as somebody knows them. */
  housing(): Housing;
  /** The values of these variables, as far as they are set. Asked for last: every other condition holds by then. */
  variables(names: readonly string[]): ReadonlyMap<string, string>;
}

/**
 * The first rule that holds for a process. One whose runtime is `custom` can only be claimed by a rule with a
 * `program`: any other condition would make MLX of half the machine. Where it cannot be told whether a rule holds, the
 * ones after it are not asked: they would give the process another's name.
 */
export function ruleFor(
  rules: readonly WorkloadRule[],
  facts: RuleFacts,
): { readonly rule?: WorkloadRule; readonly lost?: true } {
  for (const rule of rules) {
    const { match } = rule;
    if (facts.runtime === customRuntime && match.program === undefined) continue;
    const flags = flagsHold(match.flags ?? {}, facts);
    const holds =
      (match.runtime === undefined || match.runtime === facts.runtime) &&
      (match.program === undefined || match.program === facts.program) &&
      flags !== "no" &&
      (match.user === undefined || ownedBy(match.user, facts)) &&
      (match.unit === undefined || among(match.unit, facts.owner().unit)) &&
      housingHolds(match, facts) &&
      (match.environment === undefined || environmentHolds(match.environment, facts));
    if (holds) return flags === "yes" ? { rule } : { lost: true };
  }
  return {};
}

function flagsHold(
  wanted: Readonly<Record<string, string>>,
  { arguments: given, unclear }: RuleFacts,
): "yes" | "no" | "unclear" {
  const answers = Object.entries(wanted).map(([flag, value]) => {
    if (mayBeAmong(unclear, [flag], "exact")) return "unclear";
    return flagValue(given, [flag], "exact") === value ? "yes" : "no";
  });
  if (answers.includes("no")) return "no";
  return answers.includes("unclear") ? "unclear" : "yes";
}

function ownedBy(wanted: string, facts: RuleFacts): boolean {
  const { uid, user } = facts.owner();
  return wanted === uid || wanted === user;
}

function environmentHolds(wanted: Readonly<Record<string, Globs>>, facts: RuleFacts): boolean {
  const given = facts.variables(Object.keys(wanted));
  return Object.entries(wanted).every(([name, globs]) => among(globs, given.get(name)));
}

function housingHolds({ container, pod }: WorkloadMatch, facts: RuleFacts): boolean {
  if (container === undefined && pod === undefined) return true;
  const known = facts.housing();
  return (
    (container === undefined ||
      (known.container !== undefined &&
        optionally(container.name, known.container.name) &&
        optionally(container.image, known.container.image) &&
        labelsHold(container.label, known.container.labels))) &&
    (pod === undefined ||
      (known.pod !== undefined &&
        optionally(pod.name, known.pod.name) &&
        optionally(pod.namespace, known.pod.namespace) &&
        labelsHold(pod.label, known.pod.labels)))
  );
}

function labelsHold(wanted: Readonly<Record<string, Globs>> = {}, given: Labels): boolean {
  return Object.entries(wanted).every(([name, globs]) =>
    among(globs, Object.hasOwn(given, name) ? given[name] : undefined),
  );
}

function optionally(globs: Globs | undefined, value: string | undefined): boolean {
  return globs === undefined || among(globs, value);
}

/** What is not there is nothing that a glob could take, not even `*`. */
function among(globs: Globs, value: string | undefined): boolean {
  return value !== undefined && matchesGlob(globs, value);
}
