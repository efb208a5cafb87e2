import type { DarwinNative, PsRow } from "../../model/darwin.ts";
import type { Host } from "../../model/host.ts";
import { unvis } from "../../model/vis.ts";
import type { WorkloadRule } from "../../model/workload-rule.ts";
import { classify, type Verdict } from "./classify.ts";
import { criteriaOf } from "./criteria.ts";
import { hasNoCommandLine, readCommandText } from "./darwin-command-line.ts";
import type { Job, JobBook } from "./darwin-jobs.ts";
import type { UserNames } from "./darwin-user-names.ts";
import type { Descent } from "./families.ts";
import type { CommandLine } from "./invocation.ts";
import { couldBeMlx, programWords } from "./match-runtime.ts";

/** What is known of a process of macOS. */
export interface RowExamination {
  /** Absent where there is no command line. */
  readonly line?: CommandLine;
  readonly verdict: Verdict;
  /** Name, or the uid where no name is known; only of what is MLX. */
  readonly user?: string;
  /** The job of launchd's that it is in; of what is MLX by its own command line, and of what a rule asks it. */
  readonly job?: Job;
  /** Why more may be known of it later: the kernel's own answer is missing. */
  readonly unsettled?: "blocked" | "failed" | "moving";
}

/** What to examine with. */
export interface Examiner {
  readonly host: Pick<Host, "platform" | "superuser" | "uid">;
  readonly native: Pick<DarwinNative, "commandLines">;
  readonly names: UserNames;
  readonly jobs: JobBook;
}

/** What a rule may ask besides the command line, found out only of few. */
type Owners = Pick<Examiner, "names" | "jobs">;

/**
 * Decides what each process of a list is, in its order. The kernel is asked for exact arguments only of those whose
 * text could be MLX, and not of other users' unless we may; of the rest the text itself says enough.
 */
export async function examineRows(
  { host, native, names, jobs }: Examiner,
  rules: readonly WorkloadRule[],
  rows: readonly PsRow[],
  descentOf: (pid: number) => Descent | undefined,
): Promise<readonly RowExamination[]> {
  const mayAsk = (row: PsRow) => host.superuser || row.uid === host.uid;
  const exact = await askKernel(
    native,
    rows.filter((row) => mayAsk(row) && couldBe(row, rules)),
  );
  const lines = rows.map((row): Omit<RowExamination, "verdict"> => {
    const answer = exact(row.pid);
    if (typeof answer === "object") return { line: { argv: answer } };
    const line = readCommandText(row);
    return {
      ...(line !== undefined && { line }),
      ...(answer !== undefined && { unsettled: answer }),
    };
  });
  const judge = (index: number, row: PsRow, onOwner: () => void): Verdict => {
    const line = lines[index]?.line;
    if (line === undefined) return { kind: "other" };
    return classify(line, surroundingsOf(host.platform, rules, { names, jobs }, row, onOwner));
  };
  const asked = new Set<PsRow>();
  const first = rows.map((row, index) => judge(index, row, () => asked.add(row)));
  const isOwned = (row: PsRow, index: number) => asked.has(row) || first[index]?.kind === "mlx";
  const owned = rows.filter(isOwned);
  await Promise.all([names.learn(owned.map(({ uid }) => uid)), jobs.learn(owned, descentOf)]);
  return rows.map((row, index) => ({
    ...lines[index],
    // A rule that asks for the owner's name or the job could not know it before.
    verdict: asked.has(row)
      ? judge(index, row, () => undefined)
      : (first[index] ?? { kind: "other" }),
    user: names.nameOf(row.uid),
    ...(isOwned(row, index) && { job: jobs.of(row) }),
  }));
}

/** Whether exact arguments could make MLX of a process, or tell more of it: a cheap question that most fail. */
function couldBe(row: PsRow, rules: readonly WorkloadRule[]): boolean {
  if (hasNoCommandLine(row)) return couldBeMlx(row.shortName.slice(0, linuxNameLength), rules);
  const text = unvis(row.command);
  return (
    programWords.some((word) => text.includes(word)) ||
    rules.some(({ match }) => match.program !== undefined && text.includes(match.program))
  );
}

/** Short names are compared as Linux cuts them; macOS keeps one byte more. */
const linuxNameLength = 15;

/** Exact arguments of a process; or why there are none, where there may be some later. */
async function askKernel(
  native: Pick<DarwinNative, "commandLines">,
  rows: readonly PsRow[],
): Promise<(pid: number) => readonly string[] | RowExamination["unsettled"]> {
  if (rows.length === 0) return () => undefined;
  const asked = new Set(rows.map(({ pid }) => pid));
  const answer = await native.commandLines([...asked]);
  switch (answer.kind) {
    case "off":
      return () => undefined;
    case "failed":
    case "blocked": {
      const { kind } = answer;
      return (pid) => (asked.has(pid) ? kind : undefined);
    }
    case "answered":
      return (pid) => {
        const own = answer.value.get(pid);
        if (own === undefined) return undefined;
        // In the middle of an exec the kernel refuses, or has nothing to show.
        if ("missing" in own) return own.missing === "error" ? "moving" : undefined;
        return own.length === 0 ? "moving" : own;
      };
  }
}

/** macOS shows no process's environment. */
function surroundingsOf(
  platform: string,
  rules: readonly WorkloadRule[],
  { names, jobs }: Owners,
  row: PsRow,
  onOwner: () => void,
) {
  return {
    platform,
    criteria: criteriaOf({ rules }),
    housing: () => ({}),
    owner: () => {
      onOwner();
      const job = jobs.of(row);
      return {
        uid: String(row.uid),
        user: names.nameOf(row.uid),
        ...(job.kind === "unit" && { unit: job.label }),
      };
    },
    environmentNames: () => "unsupported" as const,
    variables: () => new Map<string, string>(),
    mpsMemoryLimit: () => undefined,
  };
}
