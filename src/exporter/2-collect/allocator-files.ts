import type { Host, OwnedRead, Roots } from "../../model/host.ts";
import { noReport, type AllocatorReading } from "../../model/reading.ts";
import { parseReport, type Reported, type ReportVerdict } from "./allocator-report.ts";

/** A report has some 300 bytes. */
const mostBytes = 64 * 1024;

/** Of whom a report is wanted. */
export interface ReportedProcess extends Reported {
  readonly pid: number;
  /** Whose the files are that it makes. Without that no report can be believed. */
  readonly uid: number | undefined;
}

/** Where the reporter writes when nothing else is asked of it. */
function usualFolders(uid: number): readonly string[] {
  return ["/run/mlx-headroom", `/run/user/${uid}/mlx-headroom`];
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
  let outcome = noReport("not_measured");
  for (const folder of folders ?? usualFolders(uid)) {
    for (const root of [`${roots.procfs}/${pid}/root`, roots.rootfs]) {
      const read = host.files.readOwned(`${root}${folder}/${ownPid}.json`, mostBytes);
      const verdict = verdictOn(read, process, host.clock.unixSeconds());
      if (verdict.kind === "believed") return verdict.reading;
      if (verdict.kind === "refused") outcome = noReport("error", verdict.why);
      // Who may not enter the process's root sees the same folder on the host, unless the process is in a container.
      const matters = root === roots.rootfs || pid !== ownPid;
      if (verdict.kind === "forbidden" && matters && outcome.refused === undefined) {
        outcome = noReport("forbidden");
      }
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
