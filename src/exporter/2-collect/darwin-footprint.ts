import type { CommandRun } from "../../model/commands.ts";
import type { Reason } from "../../model/figure.ts";
import { reasonOfRun, type DarwinCommand } from "./darwin-command.ts";

/**
 * Asks for one process. It walks all memory of the process, 34 to 91 ms were measured, and answers of one's own
 * processes only, unless root asks.
 */
export function footprintCommand(pid: number): DarwinCommand {
  return { path: "/usr/bin/footprint", args: ["-p", String(pid), "-f", "bytes"] };
}

/** What counts against the machine of one process, in bytes. */
export interface Footprint {
  /** Compressed and swapped-out memory and the GPU's included. */
  readonly footprintBytes: number;
  readonly peakBytes?: number;
  /** Of it, the GPU's. Absent when memory was not told by categories. */
  readonly graphicsBytes?: number;
  /** Of it, what is compressed or swapped out. Absent without that column. */
  readonly compressedBytes?: number;
}

/**
 * Categories that are GPU memory. A window's pixels (`IOSurface`) are not: no allocator of MLX makes them. vmmap(1) has
 * other names for some.
 */
const graphics = new Set([
  "IOAccelerator (graphics)",
  "IOAccelerator",
  "Owned physical footprint (unmapped) (graphics)",
]);

/** One category as a row tells it: of `dirty`, `swapped` bytes are compressed or swapped out. */
interface Category {
  readonly name: string;
  readonly dirty: number;
  readonly swapped?: number;
}

function graphicsOf(categories: readonly Category[]): number {
  return categories
    .filter(({ name }) => graphics.has(name))
    .reduce((sum, { dirty }) => sum + dirty, 0);
}

const size = String.raw`(\d{1,18}) (B|KB|MB|GB)`;
/** Names hold blanks, dots and brackets: the pid is the last number in brackets before the colon. */
const head = new RegExp(
  `^.* \\[(\\d+)\\]: \\S+ +Footprint: ${size} \\(\\d+ bytes per page\\)$`,
  "m",
);
const auxiliary = (key: string) => new RegExp(`^ *${key}: ${size}$`, "m");
const category = /^(?<sizes>(?: *\d{1,18} (?:B|KB|MB|GB))+) +\d+ {2,}(?<name>\S.*)$/gm;

/**
 * Parses the text of `footprint -p PID`, in bytes or in larger units, with rows of categories or without. The columns of a row are named by its
 * heading: `Dirty`, `(Swapped)` if that was asked for, and more. Undefined when it is not about this process.
 */
export function parseFootprint(text: string, pid: number): Footprint | undefined {
  const found = head.exec(text);
  const footprintBytes = sizeIn(auxiliary("phys_footprint").exec(text), 1) ?? sizeIn(found, 2);
  if (found === null || Number(found[1]) !== pid || footprintBytes === undefined) return undefined;
  const peakBytes = sizeIn(auxiliary("phys_footprint_peak").exec(text), 1);
  const rows = categoriesIn(text);
  const all = rows.find(({ name }) => name === "TOTAL");
  return {
    footprintBytes,
    ...(peakBytes !== undefined && { peakBytes }),
    ...(all !== undefined && { graphicsBytes: graphicsOf(rows) }),
    ...(all?.swapped !== undefined && { compressedBytes: all.swapped }),
  };
}

function categoriesIn(text: string): readonly Category[] {
  const swapped = /^ *Dirty +\(Swapped\) +Clean /m.test(text);
  return [...text.matchAll(category)].map(({ groups }) => {
    const sizes = [...(groups?.["sizes"] ?? "").matchAll(new RegExp(size, "g"))];
    const at = (index: number) => sizeIn(sizes[index] ?? null, 1);
    const second = swapped ? at(1) : undefined;
    return {
      name: groups?.["name"]?.trimEnd() ?? "",
      dirty: at(0) ?? 0,
      ...(second !== undefined && { swapped: second }),
    };
  });
}

/** Units are powers of 1024, whatever they are called. */
const units: Readonly<Record<string, number>> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/** The size whose number is at this place of a match, and its unit behind it. */
function sizeIn(found: RegExpExecArray | null, at: number): number | undefined {
  const factor = units[found?.[at + 1] ?? ""];
  return factor === undefined ? undefined : Number(found?.[at]) * factor;
}

/** What one run told of a process, or why it did not. */
export function footprintOf(
  run: CommandRun,
  pid: number,
): Footprint | { readonly missing: Reason } {
  if (run.kind !== "ran") return { missing: reasonOfRun(run) };
  const parsed = parseFootprint(run.stdout.toString("utf8"), pid);
  if (parsed !== undefined) return parsed;
  // Of another user's process it says that there is none, and that root might see one.
  const refused = /Unable to find pid |try as root|Must run as root/.test(run.stderr);
  return { missing: refused ? "forbidden" : "error" };
}
