import type { CgroupIdentity } from "../../model/cgroup-identity.ts";
import type { Host, RiskyRead, Roots } from "../../model/host.ts";
import { classify, type Verdict } from "./classify.ts";
import type { Criteria } from "./criteria.ts";
import {
  environmentOf,
  readCgroupIdentity,
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
 * D: those are the reads that block. An environment is read, and somebody asked about a container, only where the
 * decision turns on it.
 */
export async function examineAll(
  host: Host,
  roots: Roots,
  criteria: Criteria,
  pids: readonly number[],
): Promise<readonly Examination[]> {
  const lines = await host.riskyFiles.read(
    pids.map((pid) => ({ path: `${roots.procfs}/${pid}/cmdline`, maxBytes: commandLineBytes })),
  );
  const judgeAll = (learnt: ReadonlyMap<number, Environment>) =>
    pids.map((pid, index) =>
      judge(host, roots, criteria, pid, lines[index] ?? { kind: "absent" }, learnt.get(pid)),
    );
  const first = judgeAll(new Map());
  const curious = pids.filter((_, index) => first[index]?.wantsEnvironment === true);
  const housed = first.flatMap(({ housed }) => housed ?? []);
  if (curious.length === 0 && housed.length === 0)
    return first.map(({ examination }) => examination);
  const [environments] = await Promise.all([
    host.riskyFiles.read(
      curious.map((pid) => ({
        path: `${roots.procfs}/${pid}/environ`,
        maxBytes: environmentBytes,
      })),
    ),
    criteria.housing.learn(housed),
  ]);
  const learnt = new Map(
    curious.map((pid, index) => [pid, environmentOf(environments[index] ?? { kind: "absent" })]),
  );
  return judgeAll(learnt).map(({ examination }) => examination);
}

interface Judgement {
  readonly examination: Examination;
  readonly wantsEnvironment: boolean;
  /** The container and the pod that more should be known of. */
  readonly housed?: CgroupIdentity;
}

/** With no environment at hand it says whether one is wanted. */
function judge(
  host: Host,
  roots: Roots,
  criteria: Criteria,
  pid: number,
  line: RiskyRead,
  environment: Environment | undefined,
): Judgement {
  if (line.kind !== "read") return { examination: { kind: line.kind }, wantsEnvironment: false };
  const argv = parseCommandLine(line.bytes);
  if (argv.length === 0) return { examination: { kind: "empty" }, wantsEnvironment: false };
  let owner: Owner | undefined;
  let wantsEnvironment = false;
  let housed: CgroupIdentity | undefined;
  const ask = (): Environment => {
    wantsEnvironment ||= environment === undefined;
    return environment ?? unreadEnvironment("not_measured");
  };
  const verdict = classify(
    { argv },
    {
      platform: host.platform,
      criteria,
      owner: () => (owner ??= readOwner(host, roots, pid)),
      housing() {
        if (!criteria.housing.asks) return {};
        housed ??= owner?.cgroup ?? readCgroupIdentity(host, roots, pid);
        return isHoused(housed) ? criteria.housing.of(housed) : {};
      },
      environmentNames: () => ask().names,
      variables: (names) => ask().values(names),
      mpsMemoryLimit: () => ask().mpsMemoryLimit(),
    },
  );
  return {
    examination: { kind: "seen", argv, verdict, ...(owner !== undefined && { owner }) },
    wantsEnvironment,
    ...(housed !== undefined && isHoused(housed) && { housed }),
  };
}

/** Whether it runs where somebody may know more of it. */
export function isHoused({ container, pod }: CgroupIdentity): boolean {
  return container !== undefined || pod !== undefined;
}
