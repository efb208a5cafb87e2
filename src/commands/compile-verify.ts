import type { Command, Output } from "../model/command.ts";
import type { Host } from "../model/host.ts";
import { UserError } from "../model/user-error.ts";
import type { Made } from "../generator/generator.ts";
import { findPrograms, verifiers, verify } from "../generator/verifying.ts";
import type { Failure, Programs, Verifier } from "../generator/verifying.ts";
import { verifyProgress } from "./verify-progress.ts";

export const verifyOption = {
  verify: {
    type: "string",
    value: "require",
    implied: "found",
    choices: ["found", "require"],
    help: "Have promtool and amtool judge the files, where they are in the PATH; exit 1 when they object. With --check, --diff or --dry-run, what would be written. --verify=require fails before anything is written when one of them is missing.",
  },
} as const satisfies Command["options"];

/** Judges the files that lie below `root`, or those that would. 1 when a program objects. */
export type Verification = (made: Made, root: string | undefined) => Promise<0 | 1>;

/**
 * Finds the programs and says which: before anything is written, for `require` throws a UserError when one is missing.
 * Undefined where nobody asked.
 */
export async function prepareVerification(
  asked: unknown,
  host: Host,
  output: Output,
): Promise<Verification | undefined> {
  if (asked === undefined) return undefined;
  const programs = await findPrograms(output.environment["PATH"] ?? "", host);
  const missing = (Object.keys(verifiers) as Verifier[]).filter((name) => !programs.has(name));
  if (asked === "require" && missing.length > 0)
    throw new UserError("no-verifier", { names: missing.join(" and ") });
  return async ({ artifacts, verifiable }, root) => {
    introduce(programs, missing, output);
    if (programs.size === 0) return 0;
    const judge = async (folder: string) => {
      const start = host.clock.monotonicSeconds();
      const watcher = verifyProgress(host, output);
      const { checks, failures } = await verify(verifiable, folder, programs, host, watcher);
      conclude(checks, failures, host.clock.monotonicSeconds() - start, output);
      return failures.length === 0 ? 0 : 1;
    };
    return root === undefined ? host.writer.withTemporary(artifacts, judge) : judge(root);
  };
}

function introduce(programs: Programs, missing: readonly Verifier[], output: Output): void {
  for (const [name, { path, version }] of programs) {
    output.stderr(
      `Verifying with ${name} ${version === "" ? "of unknown version" : version} (${path}).\n`,
    );
  }
  for (const name of missing) {
    output.stderr(`${name} is not in the PATH: ${verifiers[name]} were not verified.\n`);
  }
}

function conclude(
  checks: number,
  failures: readonly Failure[],
  seconds: number,
  output: Output,
): void {
  for (const { line, output: said } of failures) {
    output.stderr(`${line}\n${said.replaceAll(/^/gm, "  ")}\n`);
  }
  const took = `${seconds.toFixed(1)} s`;
  output.stderr(
    failures.length === 0
      ? `All ${checks} checks passed in ${took}.\n`
      : `${failures.length} of ${checks} checks failed in ${took}.\n`,
  );
}
