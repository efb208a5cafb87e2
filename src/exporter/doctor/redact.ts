import type { MlxProcess } from "../../model/process.ts";
import type { RecordedRun } from "./recorder.ts";
import { redactPs } from "./redact-ps.ts";

/** What must not be in a report, and what may. */
export interface Known {
  /** Processes that are told of; of all others nothing that a user chose is kept. */
  readonly processes: readonly MlxProcess[];
  /** Words that are replaced wherever they stand, such as the user's name. */
  readonly secrets: readonly { readonly word: string; readonly by: string }[];
}

/**
 * The words of a machine that must not be told. A home folder that is the root, or nothing, is in every path and nobody's
 * to hide; `root` and numbers are names that everybody has.
 */
export function secretsOf(
  home: string,
  hostname: string,
  users: readonly string[],
): Known["secrets"] {
  const folder = home.replace(/\/+$/, "");
  const names = [folder.slice(folder.lastIndexOf("/") + 1), ...users];
  return [
    { word: folder, by: "/Users/dev" },
    { word: hostname, by: "mac" },
    ...names
      .filter((name) => name !== "root" && !/^\d+$/.test(name))
      .map((name) => ({ word: name, by: "dev" })),
  ];
}

/**
 * What a command printed, with nothing in it that tells of its user: an allow-list for each command, and nothing at all
 * of one that has none. Then the user's name, home and machine are replaced wherever they still stand.
 */
export function redact({ path, args }: RecordedRun, stdout: Buffer, known: Known): string {
  const rule = rules[path];
  // One byte, one character: what is no UTF-8 stays what it is.
  const text = rule === undefined ? "" : rule(stdout.toString("latin1"), known, args);
  return withoutSecrets(text, known);
}

/** Replaces whole words, longest first, so that a name within another is not torn out of it. */
export function withoutSecrets(text: string, { secrets }: Pick<Known, "secrets">): string {
  return [...secrets]
    .filter(({ word }) => word.length >= 2)
    .sort((a, b) => b.word.length - a.word.length)
    .reduce((kept, { word, by }) => kept.replace(wholeWord(word), () => by), text)
    .replace(otherHomes, "$1dev");
}

/** Whoever's: folders in which users live, and disks that they name. */
const otherHomes = /(\/(?:Users|home|Volumes)\/)[^/\s"]+/g;

function wholeWord(word: string): RegExp {
  const literal = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![A-Za-z0-9_])${literal}(?![A-Za-z0-9_])`, "g");
}

type Rule = (text: string, known: Known, args: readonly string[]) => string;

const rules: Readonly<Record<string, Rule>> = {
  "/bin/ps": (text, { processes }) => redactPs(text, processes),
  "/usr/sbin/ioreg": redactIoreg,
  "/usr/sbin/sysctl": (text) => text,
  "/usr/bin/vm_stat": (text) => text,
  "/usr/bin/footprint": (text) => text,
  "/bin/launchctl": redactLaunchctl,
  "/usr/bin/plutil": redactPlist,
  "/usr/bin/id": () => "dev\n",
};

/** Of the registry the lines that are read: clients with their numbers, the accelerator with its statistics. */
function redactIoreg(text: string, { processes }: Known): string {
  const kept =
    /^[\s|]*(\+-o |[{}]|"(AppUsage|IOUserClientCreator|CommandQueueCount|PerformanceStatistics|model|gpu-core-count)" = )/;
  const names = new Set(processes.map(({ pid }) => pid));
  return text
    .split("\n")
    .filter((line) => line.trim() === "" || kept.test(line))
    .map((line) =>
      line.replace(/"pid (\d+), [^"]*"/, (whole, pid: string) =>
        names.has(Number(pid)) ? whole : `"pid ${pid}, other"`,
      ),
    )
    .join("\n");
}

function redactLaunchctl(text: string, { processes }: Known, args: readonly string[]): string {
  if (args[0] === "print") return linesOf(text, /^\s*path = /);
  const pids = new Set(processes.map(({ pid }) => String(pid)));
  return text
    .split("\n")
    .filter((line, index) => index === 0 || pids.has(line.split("\t")[0] ?? ""))
    .map((line) => `${line}\n`)
    .join("");
}

/** The limits alone: a job's file holds its whole command line and environment. */
function redactPlist(text: string): string {
  try {
    const job = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const limits = ["SoftResourceLimits", "HardResourceLimits"] as const;
    return `${JSON.stringify(Object.fromEntries(limits.map((key) => [key, job[key]])))}\n`;
  } catch {
    return "";
  }
}

function linesOf(text: string, wanted: RegExp): string {
  return text
    .split("\n")
    .filter((line) => wanted.test(line))
    .map((line) => `${line}\n`)
    .join("");
}
