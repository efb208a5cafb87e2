import { join } from "node:path";
import type { Advice, FileState } from "../generator/generator.ts";
import type { Output } from "../model/command.ts";
import { inUnits } from "../model/in-units.ts";

/** Says what differs from what compile makes; 1 when anything does. */
export function reportCheck(
  states: readonly FileState[],
  format: "text" | "json",
  output: Output,
): number {
  const stale = states.filter(({ state }) => state !== "same");
  list(stale, format, output, ({ path, state }) => `${state.padEnd("leftover".length)}  ${path}`);
  if (stale.length === 0) {
    output.stderr(`All ${states.length} files are up to date.\n`);
    return 0;
  }
  output.stderr(
    `${stale.length} of ${states.length} files are not what compile makes. Run the same command without --check${hintLeftovers(stale)}.\n`,
  );
  return 1;
}

/** Says what was written, and what lies there that no profile makes any more. */
export function reportWritten(
  states: readonly FileState[],
  out: string,
  format: "text" | "json",
  output: Output,
): number {
  const leftovers = states.filter(({ state }) => state === "leftover");
  const written = states.filter(({ state }) => state !== "leftover");
  const listed = format === "json" ? states : written;
  const named = listed.map(({ path, state }) => ({ path, state: afterWriting[state] }));
  list(named, format, output, ({ path }) => path);
  const changed = written.filter(({ state }) => state !== "same").length;
  output.stderr(`Wrote ${written.length} files to ${out}, ${changed} of them new or changed.\n`);
  for (const { path } of leftovers) {
    output.stderr(`${join(out, path)} is made from no profile any more: remove it.\n`);
  }
  return 0;
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

const afterWriting = {
  missing: "created",
  differs: "updated",
  same: "unchanged",
  leftover: "leftover",
} as const satisfies Record<FileState["state"], string>;

function hintLeftovers(states: readonly FileState[]): string {
  return states.some(({ state }) => state === "leftover") ? " and remove what is left over" : "";
}

interface ListedFile {
  readonly path: string;
  readonly state: string;
}

function list(
  files: readonly ListedFile[],
  format: "text" | "json",
  output: Output,
  line: (file: ListedFile) => string,
): void {
  if (format === "json") output.stdout(`${JSON.stringify({ files }, null, 2)}\n`);
  else output.stdout(files.map((file) => `${line(file)}\n`).join(""));
}
