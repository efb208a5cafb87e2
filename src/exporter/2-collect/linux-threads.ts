import type { Host, Roots } from "../../model/host.ts";
import { parseProcStat } from "../../model/proc-stat.ts";
import { missing } from "../../model/figure.ts";
import type { ThreadReading, ThreadsReading } from "../../model/reading.ts";
import { reasonOf } from "./figures.ts";
import { threadName } from "./thread-name.ts";

/** A process with more threads than this is left out, so that no process decides how long a scrape takes. */
const mostThreads = 2048;

/**
 * Reads what each thread of one process has used. All of them or none: a thread that is merely unread would look as
 * if it had ended. That one ends between the listing and its read is normal.
 */
export function readThreads(host: Host, roots: Roots, pid: number): ThreadsReading {
  const folder = `${roots.procfs}/${pid}/task`;
  const listing = host.files.list(folder);
  if (listing.kind !== "listed") return missing(reasonOf(listing));
  if (listing.names.length > mostThreads) return missing("not_measured");
  const threads: ThreadReading[] = [];
  for (const tid of listing.names) {
    const read = host.files.read(`${folder}/${tid}/stat`);
    if (read.kind === "absent") continue;
    if (read.kind !== "read") return missing(reasonOf(read));
    const stat = parseProcStat(read.bytes.toString("latin1"));
    if (stat === undefined) return missing("error");
    const { startTicks, comm, userTicks, systemTicks } = stat;
    threads.push({ tid: stat.pid, startTicks, name: threadName(comm), userTicks, systemTicks });
  }
  return { threads };
}
