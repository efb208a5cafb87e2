import { constants, ruleGroups } from "../../catalog/alerts.ts";
import { UserError } from "../../model/user-error.ts";
import type { Baselines, Constant, ConstantGroup } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";
import type { Profile } from "../../model/profile.ts";
import { spokenDays } from "./policy-words.ts";
import { explicitThresholds } from "./baselines.ts";
import { exceptionOf, exceptions, ruleName, type BuiltIn } from "./policy-decisions.ts";

/** Each is evaluated all the time, which takes 23 µs. */
const mostConstants = 10;

/** What the policy decides for single workloads, as data. Absent where it decides nothing of the kind. */
export function compilePolicy(
  policy: Policy,
  profiles: readonly Profile[],
  rules: readonly BuiltIn[],
): ConstantGroup | undefined {
  const made = Object.keys(policy.workloads)
    .sort()
    .flatMap((workload) => ofWorkload(policy, profiles, rules, workload));
  return made.length === 0 ? undefined : { name: ruleGroups.policy, constants: made };
}

/** Refuses what would make evaluation slow for everybody. */
export function requireFew(
  policy: ConstantGroup | undefined,
  baselines: readonly Baselines[],
): void {
  const counted = new Map<string, number>();
  for (const { labels } of policy?.constants ?? []) {
    const workload = labels["workload"] ?? "";
    counted.set(workload, (counted.get(workload) ?? 0) + 1);
  }
  const whole = [
    ...counted,
    ...baselines.map(
      (group) =>
        [group.workload, (counted.get(group.workload) ?? 0) + group.constants.length] as const,
    ),
  ];
  const over = whole.find(([, count]) => count > mostConstants);
  if (over === undefined) return;
  throw new UserError("too-many-constants", { workload: over[0], count: String(over[1]) });
}

function ofWorkload(
  policy: Policy,
  profiles: readonly Profile[],
  rules: readonly BuiltIn[],
  workload: string,
): readonly Constant[] {
  const own = policy.workloads[workload];
  if (own === undefined) return [];
  const decisions = {
    ...(own.owner !== undefined && { owner: own.owner }),
    ...(own.reviewEverySeconds !== undefined && {
      review_every: spokenDays(own.reviewEverySeconds),
    }),
    ...(own.rollout !== undefined && { rollout: own.rollout }),
    ...(own.hold !== undefined && { hold: own.hold }),
    ...listed(policy, rules, workload),
  };
  const { reviewEverySeconds } = own;
  // A profile that names no class of hosts has them in its own file.
  const inBaselines = profiles.some(
    (profile) => profile.workload === workload && profile.labels === undefined,
  );
  return [
    ...(Object.keys(decisions).length === 0
      ? []
      : [
          {
            record: constants.workloadPolicy,
            labels: { workload, ...decisions },
            value: 1,
            why: `what the policy decides for ${workload}`,
          },
        ]),
    ...(reviewEverySeconds === undefined || reviewEverySeconds === policy.reviewEverySeconds
      ? []
      : [
          {
            record: constants.reviewThreshold,
            labels: { workload },
            value: reviewEverySeconds,
            why: `reviewEvery of ${workload}: ${spokenDays(reviewEverySeconds)}`,
          },
        ]),
    ...(inBaselines ? [] : explicitThresholds(policy, workload, { workload })),
  ];
}

/** Rules that are something else for this workload, each list between commas so that a name is found whole. */
function listed(
  policy: Policy,
  rules: readonly BuiltIn[],
  workload: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    exceptions.flatMap((exception) => {
      const names = rules
        .filter((rule) => exceptionOf(policy, rule, workload) === exception)
        .map(ruleName);
      return names.length === 0 ? [] : [[exception, `,${[...new Set(names)].join(",")},`]];
    }),
  );
}
