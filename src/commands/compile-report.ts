import type { Advice, FileState } from "../generator/generator.ts";
import type { Output } from "../model/command.ts";
import { inUnits } from "../model/in-units.ts";
import { diffText, shownDiffs } from "./compile-diff.ts";
import type { Comparison } from "./compile-diff.ts";

export type Format = "text" | "json";

/** Says what differs from what compile makes, and how; 1 when anything does. */
export function reportCheck(comparison: Comparison, format: Format, output: Output): number {
  const { states } = comparison;
  const diffs = shownDiffs(comparison);
  if (format === "json") printJson(diffs.map(withDiff), output);
  else if (diffs.length > 0) {
    output.stdout(`${listing(diffs)}\n${diffText(diffs, output.colour)}`);
  }
  if (diffs.length === 0) {
    output.stderr(`All ${states.length} files are up to date.\n`);
    return 0;
  }
  output.stderr(
    `${diffs.length} of ${states.length} files are not what compile makes. Run the same command without --check.\n`,
  );
  return 1;
}

/** Shows what would change. */
export function reportDiff(comparison: Comparison, format: Format, output: Output): void {
  const diffs = shownDiffs(comparison);
  if (format === "json") printJson(diffs.map(withDiff), output);
  else output.stdout(diffText(diffs, output.colour));
  output.stderr(`${diffs.length} of ${comparison.states.length} files would change.\n`);
}

/** Lists what would be done. */
export function reportDryRun({ states }: Comparison, format: Format, output: Output): void {
  list(done(states, { missing: "create", differs: "update", leftover: "remove" }), format, output);
}

/** Says what the files cannot promise; 1 where a recorded peak would raise an alert under the limit in force. */
export function reportAdvice({ notes, limitsNeeded }: Advice, output: Output): number {
  for (const note of notes) output.stderr(`${note}\n`);
  for (const { of, resource, peak, limit, known, threshold, needed } of limitsNeeded) {
    const size = (bytes: number): string => inUnits(resource, bytes);
    const how = known === "policy" ? "that the policy names" : "under which it was recorded";
    output.stderr(
      `${of}: a limit of at least ${enough(needed)} of ${resource} is needed. The recorded peak of ${size(peak)} leaves less than ${Number((threshold * 100).toPrecision(3))} % of the limit of ${size(limit)} ${how}, so that it would raise an alert.\n`,
    );
  }
  return limitsNeeded.length > 0 ? 1 : 0;
}

/** Rounded up, in a form that the policy takes for a limit. */
function enough(bytes: number): string {
  const mebibyte = 1024 ** 2;
  return bytes < 1024 * mebibyte
    ? `${Math.ceil(bytes / mebibyte)}MiB`
    : `${Math.ceil((bytes / mebibyte / 1024) * 10) / 10}GiB`;
}

/** Lists what was done; as JSON, the files that were right already, too. */
export function reportWritten(
  { states }: Comparison,
  out: string,
  format: Format,
  output: Output,
): void {
  const words = { missing: "created", differs: "updated", leftover: "removed" } as const;
  list(done(states, format === "json" ? { ...words, same: "unchanged" } : words), format, output);
  const written = states.filter(({ state }) => state !== "leftover");
  const changed = written.filter(({ state }) => state !== "same").length;
  const removed = states.length - written.length;
  output.stderr(
    `Wrote ${changed} of ${written.length} files to ${out}${changed < written.length ? "; the others are as they were" : ""}.${removed > 0 ? ` Removed ${removed} that no profile makes any more.` : ""}\n`,
  );
}

interface ListedFile {
  readonly path: string;
  readonly state: string;
}

/** Files under the word for what becomes of them; those without a word are left out. */
function done(
  states: readonly FileState[],
  words: Partial<Record<FileState["state"], string>>,
): readonly ListedFile[] {
  return states.flatMap(({ path, state }) => {
    const word = words[state];
    return word === undefined ? [] : [{ path, state: word }];
  });
}

function withDiff({ path, state, lines }: ReturnType<typeof shownDiffs>[number]) {
  return { path, state, diff: lines.map((line) => `${line}\n`).join("") };
}

function list(files: readonly ListedFile[], format: Format, output: Output): void {
  if (format === "json") printJson(files, output);
  else output.stdout(listing(files));
}

function listing(files: readonly ListedFile[]): string {
  const width = Math.max(0, ...files.map(({ state }) => state.length));
  return files.map(({ path, state }) => `${state.padEnd(width)}  ${path}\n`).join("");
}

function printJson(files: readonly ListedFile[], output: Output): void {
  output.stdout(`${JSON.stringify({ files }, null, 2)}\n`);
}
