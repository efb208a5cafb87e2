import type { Host, OwnedRead, Roots } from "../../model/host.ts";
import { noReport, type AllocatorReading } from "../../model/reading.ts";
import { parseReport, type Reported, type ReportVerdict } from "./allocator-report.ts";

/** A report has some 300 bytes. */
const mostBytes = 64 * 1024;

/** Of whom a report is wanted. */
export type ReportedProcess = Reported & {
  readonly pid: number;
  /** Whose the files are that it makes. Without that no report can be believed. */
  readonly uid: number | undefined;
};

/** Of whom a report is wanted on macOS. */
export interface DarwinReported {
  readonly pid: number;
  readonly uid: number;
  /** The short name of its user, where it is known. */
  readonly userName?: string;
  /** Unix seconds; a fraction is not looked at. */
  readonly startTime: number;
}

/** Where the reporter writes when nothing else is asked of it. */
function usualFolders(uid: number): readonly string[] {
  return ["/run/mlx-headroom", `/run/user/${uid}/mlx-headroom`];
}

/** The same on macOS: a folder for all, and one of each user's own. */
function darwinFolders(host: Host, { uid, userName }: DarwinReported): readonly string[] {
  const usual = userName === undefined ? undefined : `/Users/${userName}`;
  const home = uid === host.uid ? host.home : uid === 0 ? "/var/root" : usual;
  const own = home === undefined ? [] : [`${home}/Library/Caches/mlx-headroom`];
  return ["/var/run/mlx-headroom", ...own];
}

/**
 * Reads what a process reports of its allocator. Files are opened by the pid that the process has for itself, and no
 * folder is ever listed: what else lies there costs nothing.
 *
 * Each folder is looked for in the process's own root first, where a container or a unit with its own /run has it, and
 * then in the host's. A link on the way may lead anywhere, and gains nothing: what is read must belong to the process's
 * user, and name its pid and start.
 */
export function readAllocator(
  host: Host,
  roots: Roots,
  process: ReportedProcess,
  folders?: readonly string[],
): AllocatorReading {
  const { pid, uid, ownPid } = process;
  if (uid === undefined) return noReport("unsupported");
  const places = (folders ?? usualFolders(uid)).flatMap((folder) =>
    [`${roots.procfs}/${pid}/root`, roots.rootfs].map((root) => ({
      path: `${root}${folder}/${ownPid}.json`,
      // Who may not enter the process's root sees the same folder on the host, unless the process is in a container.
      matters: root === roots.rootfs || pid !== ownPid,
    })),
  );
  return firstBelieved(host, process, places);
}

/** The same on macOS, where a process has neither a root nor a pid of its own. */
export function readDarwinAllocator(
  host: Host,
  process: DarwinReported,
  folders?: readonly string[],
): AllocatorReading {
  const places = (folders ?? darwinFolders(host, process)).map((folder) => ({
    path: `${folder}/${process.pid}.json`,
    matters: true,
  }));
  return firstBelieved(host, { ...process, ownPid: process.pid }, places);
}

/** The first report that can be believed; else the worst of what was found instead. */
function firstBelieved(
  host: Host,
  process: ReportedProcess,
  /** `matters`: whether it is worth telling that nobody may look there. */
  places: readonly { readonly path: string; readonly matters: boolean }[],
): AllocatorReading {
  let outcome = noReport("not_measured");
  for (const { path, matters } of places) {
    const read = host.files.readOwned(path, mostBytes);
    const verdict = verdictOn(read, process, host.clock.unixSeconds());
    if (verdict.kind === "believed") return verdict.reading;
    if (verdict.kind === "refused") outcome = noReport("error", verdict.why);
    if (verdict.kind === "forbidden" && matters && outcome.refused === undefined) {
      outcome = noReport("forbidden");
    }
  }
  return outcome;
}

function verdictOn(
  read: OwnedRead,
  process: ReportedProcess,
  now: number,
): ReportVerdict | { readonly kind: "forbidden" | "absent" } {
  switch (read.kind) {
    case "owned":
      return read.uid === process.uid
        ? parseReport(read.bytes.toString("utf8"), process, now)
        : { kind: "refused", why: "it belongs to another user" };
    case "failed":
      return { kind: "refused", why: read.message };
    case "refused":
    case "forbidden":
    case "absent":
      return read;
  }
}
