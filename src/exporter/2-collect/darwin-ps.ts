import type { ProcessTable, PsRow } from "../../model/darwin.ts";
import type { DarwinCommand, Told } from "./darwin-command.ts";

/**
 * Every process of the machine. ps may look at other users' processes, which nobody else may without being root.
 * `command` comes last, for it is cut elsewhere; a short name may hold blanks, so its width is what ends it.
 */
export const psCommand: DarwinCommand = {
  path: "/bin/ps",
  args: ["-axww", "-o", "pid=,ppid=,uid=,rss=,time=,utime=,stime=,lstart=,ucomm=,command="],
};

/**
 * Columns are as wide as they must be: a resident size beyond 1 GB pushes the others to the right. Only what follows
 * the start has fixed places: 28 bytes of date, a blank, 16 bytes of short name, a blank, and the arguments to the end
 * of the line. The short name is raw bytes, a line feed too if its program's file has one, so rows are found by that
 * width and not by lines: what a program calls itself cannot pass for a row.
 */
const row =
  /^ *(?<pid>\d+) +(?<ppid>\d+) +(?<uid>-?\d+) +(?<rss>\d+) +\d+:\d\d\.\d\d +(?<utime>\d+:\d\d\.\d\d) +(?<stime>\d+:\d\d\.\d\d) +[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) +(?<day>\d{1,2}) (?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d) (?<year>\d{4}) {5}(?<ucomm>[^]{16}) (?<command>.*)$/my;

/** Parses what ps printed; what is no row is skipped. */
export function parsePs(stdout: Buffer): readonly PsRow[] {
  // One character for each byte, so that widths count bytes.
  const text = stdout.toString("latin1");
  const rows: PsRow[] = [];
  for (let at = 0; at < text.length;) {
    row.lastIndex = at;
    const found = row.exec(text);
    const parsed = found?.groups === undefined ? undefined : rowOf(found.groups);
    if (parsed !== undefined) rows.push(parsed);
    const end = text.indexOf("\n", found === null ? at : row.lastIndex);
    at = end < 0 ? text.length : end + 1;
  }
  return rows;
}

/** A table of what ps told. Every machine has processes: none at all is a failure. */
export function tableOf(told: Told<readonly PsRow[]>): ProcessTable {
  return "value" in told
    ? { kind: "listed", rows: told.value }
    : { kind: "unlisted", reason: told.missing, detail: told.detail };
}

function rowOf(cells: Readonly<Record<string, string>>): PsRow | undefined {
  const startTime = unixSeconds(cells);
  if (startTime === undefined) return undefined;
  const { pid, ppid, uid, rss, utime = "", stime = "", ucomm = "", command = "" } = cells;
  const residentBytes = Number(rss) * 1024;
  return {
    pid: Number(pid),
    parentPid: Number(ppid),
    uid: Number(uid),
    residentBytes,
    cpuUserSeconds: cpuSeconds(utime),
    cpuSystemSeconds: cpuSeconds(stime),
    startTime,
    shortName: Buffer.from(ucomm, "latin1").toString("utf8").trimEnd(),
    command,
    // Any program can call itself that, but none without memory.
    zombie: command === "<defunct>" && residentBytes === 0,
  };
}

/** `minutes:SS.cc`, where minutes grow without end: 911:49.15 are fifteen hours. */
function cpuSeconds(text: string): number {
  const [minutes, rest = ""] = text.split(":");
  return (Number(minutes) * 6000 + Number(rest.replace(".", ""))) / 100;
}

const months = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** The start as Unix seconds: with `TZ=UTC` ps prints it in UTC, to the second. */
function unixSeconds(cells: Readonly<Record<string, string>>): number | undefined {
  const month = months.indexOf(cells["month"] ?? "") / 3;
  const { year, day, hour, minute, second } = cells;
  if (!Number.isInteger(month) || month < 0) return undefined;
  const [d, h, m, s] = [day, hour, minute, second].map(Number);
  return Date.UTC(Number(year), month, d, h, m, s) / 1000;
}
