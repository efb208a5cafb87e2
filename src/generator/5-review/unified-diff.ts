import { structuredPatch } from "diff";

/** Texts that differ in more lines than this are not compared any further: finding out costs the square of it. */
const mostEdits = 1500;

/**
 * What separates two texts of one file, as `diff -u` writes it, a line each. Undefined is a file that is not there. What
 * would move a terminal's cursor is spelt out, since one of the texts is anybody's.
 */
export function unifiedDiff(
  path: string,
  before: string | undefined,
  after: string | undefined,
): readonly string[] {
  return [
    `--- ${before === undefined ? "/dev/null" : path}`,
    `+++ ${after === undefined ? "/dev/null" : path}`,
    ...hunks(before, after),
  ].map(printable);
}

function hunks(before: string | undefined, after: string | undefined): readonly string[] {
  const isWhole = before === undefined || after === undefined;
  const patch = structuredPatch("", "", before ?? "", after ?? "", "", "", {
    context: 3,
    maxEditLength: isWhole ? Infinity : mostEdits,
  });
  if (patch === undefined) return [`@@ more than ${mostEdits} lines differ @@`];
  return patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`,
    ...lines,
  ]);
}

/** Of no lines at all, diff names the line before them. */
function range(start: number, lines: number): string {
  return `${lines === 0 ? start - 1 : start},${lines}`;
}

function printable(line: string): string {
  return line.replace(
    // eslint-disable-next-line no-control-regex -- these are what is looked for
    /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
