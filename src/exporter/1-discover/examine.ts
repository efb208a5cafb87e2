import type { Host, RiskyRead, Roots } from "../../model/host.ts";
import type { WorkloadRule } from "../../model/workload-rule.ts";
import { classify, type Verdict } from "./classify.ts";
import {
  environmentOf,
  readOwner,
  unreadEnvironment,
  type Environment,
  type Owner,
} from "./linux-identity.ts";
import { commandLineBytes, parseCommandLine } from "./linux-processes.ts";

/** What a process's command line, and its environment where that was asked for, say of it. */
export type Examination =
  | {
      readonly kind: "seen";
      readonly argv: readonly string[];
      readonly verdict: Verdict;
      readonly owner?: Owner;
    }
  /** In the middle of an exec the command line is empty for a moment; of a zombie it is for good. */
  | { readonly kind: "empty" }
  | { readonly kind: Exclude<RiskyRead["kind"], "read"> };

/** An environment is asked for by few; it is at most this long. */
const environmentBytes = 1024 * 1024;

/**
 * Reads command lines of processes and decides what each is, in the order of the pids. Not to be asked of one in state
 * D: those are the reads that block. An environment is read only where the decision turns on it.
 */
export async function examineAll(
  host: Host,
  roots: Roots,
  rules: readonly WorkloadRule[],
  pids: readonly number[],
): Promise<readonly Examination[]> {
  const lines = await host.riskyFiles.read(
    pids.map((pid) => ({ path: `${roots.procfs}/${pid}/cmdline`, maxBytes: commandLineBytes })),
  );
  const first = pids.map((pid, index) =>
    judge(host, roots, rules, pid, lines[index] ?? { kind: "absent" }, undefined),
  );
  const curious = pids.filter((_, index) => first[index]?.wantsEnvironment === true);
  const environments = await host.riskyFiles.read(
    curious.map((pid) => ({ path: `${roots.procfs}/${pid}/environ`, maxBytes: environmentBytes })),
  );
  return pids.map((pid, index) => {
    const line = lines[index] ?? { kind: "absent" };
    const at = curious.indexOf(pid);
    if (at === -1) return first[index]?.examination ?? { kind: "absent" };
    const environment = environmentOf(environments[at] ?? { kind: "absent" });
    return judge(host, roots, rules, pid, line, environment).examination;
  });
}

/** With no environment at hand it says whether one is wanted. */
function judge(
  host: Host,
  roots: Roots,
  rules: readonly WorkloadRule[],
  pid: number,
  line: RiskyRead,
  environment: Environment | undefined,
): { readonly examination: Examination; readonly wantsEnvironment: boolean } {
  if (line.kind !== "read") return { examination: { kind: line.kind }, wantsEnvironment: false };
  const argv = parseCommandLine(line.bytes);
  if (argv.length === 0) return { examination: { kind: "empty" }, wantsEnvironment: false };
  let owner: Owner | undefined;
  let wantsEnvironment = false;
  const ask = (): Environment => {
    wantsEnvironment ||= environment === undefined;
    return environment ?? unreadEnvironment("not_measured");
  };
  const verdict = classify(
    { argv },
    {
      platform: host.platform,
      rules,
      owner: () => (owner ??= readOwner(host, roots, pid)),
      environmentNames: () => ask().names,
      variables: (names) => ask().values(names),
      mpsMemoryLimit: () => ask().mpsMemoryLimit(),
    },
  );
  return {
    examination: { kind: "seen", argv, verdict, ...(owner !== undefined && { owner }) },
    wantsEnvironment,
  };
}
