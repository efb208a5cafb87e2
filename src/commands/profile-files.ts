import { basename, join } from "node:path";
import { checkDocument, readText, unreadable } from "../config/document.ts";
import { createRecordingParser, profileFile, type ProfileRun } from "../generator/profiling.ts";
import type { Files } from "../model/host.ts";
import { profileSchema } from "../model/profile.ts";
import { UserError } from "../model/user-error.ts";

/** How much of a recording is held at a time: a day of one is 60 MB. */
const pieceBytes = 1024 * 1024;
const flag = "--recordings";

/** What came of reading recordings: those of the workload, whose others are, and what a person should know. */
export interface ReadRecordings {
  readonly runs: readonly ProfileRun[];
  readonly others: readonly string[];
  readonly remarks: readonly string[];
}

/** Reads every recording of a workload in a folder, or one file. What cannot be used is told, and left out. */
export function readRecordings(files: Files, place: string, workload: string): ReadRecordings {
  const runs: ProfileRun[] = [];
  const others = new Set<string>();
  const remarks: string[] = [];
  for (const path of recordingsIn(files, place)) {
    try {
      const read = readRecording(files, path, workload);
      if (read === undefined)
        remarks.push(`${path} is cut off in its first line, and holds nothing.`);
      else if (typeof read === "string") others.add(read);
      else if (read.seconds.length === 0)
        remarks.push(`${path} holds no sample in which the workload had a process.`);
      else {
        runs.push(read);
        if (!read.complete)
          remarks.push(`${path} was cut off before its end; what came before is used.`);
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      remarks.push(error.message);
    }
  }
  return { runs, others: [...others].sort(), remarks };
}

/**
 * In the folder itself and in those in it, where `record` puts each workload's; in the order of their names, so that
 * nothing depends on the file system.
 */
function recordingsIn(files: Files, place: string): readonly string[] {
  if (place.endsWith(".jsonl")) return [place];
  const listing = files.list(place);
  if (listing.kind !== "listed") throw unreadable(listing, place, flag);
  const { names } = listing;
  const folders = names.filter((name) => !name.includes(".jsonl")).map((name) => join(place, name));
  return [
    ...ofNames(place, names),
    ...folders.flatMap((folder) => {
      const inner = files.list(folder);
      return inner.kind === "listed" ? ofNames(folder, inner.names) : [];
    }),
  ].sort();
}

function ofNames(folder: string, names: readonly string[]): readonly string[] {
  return names.filter((name) => name.endsWith(".jsonl")).map((name) => join(folder, name));
}

/** A run; or the workload's name, where it is one of another; or nothing, where there is nothing in it. */
function readRecording(
  files: Files,
  path: string,
  workload: string,
): ProfileRun | string | undefined {
  const parser = createRecordingParser(path, basename(path));
  for (let from = 0; ;) {
    const piece = files.readPiece(path, from, pieceBytes);
    if (piece.kind !== "read") throw unreadable(piece, path, flag);
    parser.add(piece.bytes);
    from += piece.bytes.length;
    const run = piece.bytes.length === 0 ? parser.finish() : undefined;
    const header = parser.header();
    if (header !== undefined && header.workload !== workload) return header.workload;
    if (piece.bytes.length === 0) return run;
  }
}

/** A profile takes the place of an older one of the same workload only: file names do not tell all names apart. */
export function checkPlace(files: Files, out: string, workload: string): void {
  const path = join(out, profileFile(workload));
  if (!files.exists(path)) return;
  const other = workloadOf(files, path);
  if (other !== undefined && other !== workload)
    throw new UserError("other-profile", { path, other, workload });
}

/** Undefined where there is no whole profile: what nothing can read may be replaced. */
function workloadOf(files: Files, path: string): string | undefined {
  try {
    return checkDocument(path, readText(files, path, "--out"), profileSchema).workload;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
