import { UserError } from "../../model/user-error.ts";
import type { Finding } from "./check-plan.ts";

/**
 * Refuses a plan that has faults. Those that it has by itself, without anything of the user's, are a bug; the others
 * came with what he gave, and he is told of the files and rules. Gives the warnings, as sentences.
 *
 * @param ours What is wrong with the plan that is made of nothing; only asked for when something is.
 * @param pathOf Where a part of the plan is written.
 */
export function requireSound(
  findings: readonly Finding[],
  ours: () => readonly Finding[],
  pathOf: (part: Finding["part"]) => string,
): readonly string[] {
  const say = ({ part, rule, fault }: Finding) => `${pathOf(part)}: ${rule}: ${fault}`;
  const faults = findings.filter(({ severity }) => severity === "fault").map(say);
  if (faults.length > 0) {
    const bugs = new Set(ours().map(say));
    const bug = faults.filter((fault) => bugs.has(fault));
    if (bug.length > 0) throw new Error(`mlx-headroom's own rules are wrong:\n${bug.join("\n")}`);
    throw new UserError("unsound-rules", { faults: faults.join("; ") });
  }
  return findings.filter(({ severity }) => severity === "warning").map((each) => `${say(each)}.`);
}
