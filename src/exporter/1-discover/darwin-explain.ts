import type { DarwinNative, LaunchdJobs, ProcessTable, PsRow } from "../../model/darwin.ts";
import type { Host } from "../../model/host.ts";
import type { WorkloadRule } from "../../model/workload-rule.ts";
import { almost, askForPlaces, withoutPlaces } from "./darwin-almost.ts";
import { examineRows, type RowExamination } from "./darwin-examine.ts";
import { createJobBook } from "./darwin-jobs.ts";
import { createUserNames } from "./darwin-user-names.ts";
import { type Explanation, explanationsOf, withRelatives } from "./explain.ts";
import { lineageOf, type OwnLineage } from "./own-lineage.ts";
import type { Sighting } from "./reasons.ts";

/**
 * Explains one process of a table, or without a pid all that match and all that nearly do. Empty when there is no such
 * process, or no table.
 */
export async function explainDarwin(
  host: Host,
  rules: readonly WorkloadRule[],
  table: ProcessTable,
  native: Pick<DarwinNative, "commandLines">,
  launchd: LaunchdJobs,
  pid?: number,
): Promise<readonly Explanation[]> {
  const rows = table.kind === "listed" ? table.rows : [];
  const byPid = new Map(rows.map((row) => [row.pid, { ...row, startTicks: row.startTime }]));
  const rowOf = (other: number) => byPid.get(other);
  const asked = withRelatives([...byPid.values()], rowOf, pid);
  const jobs = createJobBook(host.clock, launchd);
  const examiner = { host, native, names: createUserNames(host.commands), jobs };
  const own = lineageOf(host.pid, rowOf);
  const examinations = await examineRows(examiner, rules, asked, rowOf);
  const relaxed = withoutPlaces(rules);
  const elsewhere = askForPlaces(rules)
    ? await examineRows(examiner, relaxed, asked, rowOf)
    : examinations;
  const nearly = (row: PsRow, index: number) => {
    const [one, other] = [examinations[index], elsewhere[index]];
    return one && other && almost(rules, relaxed, one.verdict, other.verdict, jobs.of(row));
  };
  const sightings = new Map(
    asked.map((row, index) => [
      row.pid,
      sightingOf(own, row, examinations[index], nearly(row, index)),
    ]),
  );
  return explanationsOf(asked, rowOf, sightings, pid);
}

function sightingOf(
  own: OwnLineage,
  row: PsRow,
  examination: RowExamination | undefined,
  nearly: string | undefined,
): Sighting {
  if (row.pid === own.self) return { kind: "self" };
  if (own.ancestors.has(row.pid)) return { kind: "ancestor" };
  if (row.zombie) return { kind: "lifeless" };
  if (examination?.line === undefined) return { kind: "unreadable" };
  const { line, verdict } = examination;
  return {
    kind: "seen",
    argv: line.argv,
    verdict,
    ...(line.clear !== undefined && { boundariesLost: true }),
    ...(nearly !== undefined && { nearly }),
  };
}
