import { styleText } from "node:util";
import { difference } from "../generator/generator.ts";
import type { FileState } from "../generator/generator.ts";
import type { Artifact } from "../model/artifact.ts";

/** Everything that compile made, what was there, and how each file stands. */
export interface Comparison {
  readonly states: readonly FileState[];
  readonly artifacts: readonly Artifact[];
  readonly found: ReadonlyMap<string, string>;
}

/** A reader gives up long before this; all of it is in the files. */
const mostLinesOfFile = 200;
const mostLines = 2000;

interface ShownDiff extends FileState {
  readonly lines: readonly string[];
}

/** The diff of each file that is not the same, cut where it is long, with a line that says so. */
export function shownDiffs({ states, artifacts, found }: Comparison): readonly ShownDiff[] {
  const made = new Map(artifacts.map(({ path, text }) => [path, text]));
  let left = mostLines;
  return states
    .filter(({ state }) => state !== "same")
    .map((file) => {
      const [before, after] = [found.get(file.path), made.get(file.path)];
      const lines = difference(file.path, before, after);
      const shown = cut(lines, Math.max(Math.min(mostLinesOfFile, left), headLines));
      left -= shown.length;
      return { ...file, lines: shown };
    });
}

/** The names are always told. */
const headLines = 2;

function cut(lines: readonly string[], most: number): readonly string[] {
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most), `@@ ${lines.length - most} more lines are not shown @@`];
}

/** As a person reads it; a terminal that wants colour gets git's. */
export function diffText(diffs: readonly ShownDiff[], colour: boolean): string {
  return diffs
    .flatMap(({ lines }) => lines)
    .map((line) => `${colour ? coloured(line) : line}\n`)
    .join("");
}

function coloured(line: string): string {
  const style = styles.find(([start]) => line.startsWith(start))?.[1];
  return style === undefined ? line : styleText(style, line, { validateStream: false });
}

const styles = [
  ["--- ", "bold"],
  ["+++ ", "bold"],
  ["@@", "cyan"],
  ["-", "red"],
  ["+", "green"],
] as const;
