import type { Host, Roots } from "../../model/host.ts";
import { known, missing } from "../../model/figure.ts";
import type { ProcessUsage, Rlimits } from "../../model/reading.ts";
import { figure, reasonOf } from "./figures.ts";
import { rlimitsOf } from "./linux-proc-limits.ts";
import { readProcStat } from "./linux-proc-stat.ts";
import { parseProcStatus } from "./linux-proc-status.ts";

/** Who the process is to itself: by this its reports are known. */
interface OwnIdentity {
  readonly ownPid: number;
  /** Absent where the kernel would not say. */
  readonly uid: number | undefined;
}

/** What `stat` and `status` say; the rest has collectors of its own. */
type OwnUsage = Omit<ProcessUsage, "openFds" | "diskReadBytes" | "diskWrittenBytes">;

/**
 * Reads what one process uses and its resource limits. Undefined when it has ended, or when its pid belongs to
 * another process by now: the start time is part of the identity.
 */
export function collectLinuxProcess(
  host: Host,
  roots: Roots,
  process: { readonly pid: number; readonly startTicks: number },
): { readonly usage: OwnUsage; readonly rlimits: Rlimits; readonly own: OwnIdentity } | undefined {
  const folder = `${roots.procfs}/${process.pid}`;
  const statusRead = host.files.readKept(`${folder}/status`);
  if (statusRead.kind === "absent") return undefined;
  const status = statusRead.kind === "read" ? parseProcStatus(statusRead.text) : undefined;
  const ofStatus = (value: number | undefined) =>
    statusRead.kind === "read" ? figure(value) : missing(reasonOf(statusRead));

  const limits = host.files.readKept(`${folder}/limits`);
  if (limits.kind === "absent") return undefined;
  // Last, so that it speaks for all that was read before.
  const stat = readProcStat(host, roots, process);
  if (stat === undefined) return undefined;
  return {
    usage: {
      cpuUserSeconds: known(stat.userTicks / host.ticksPerSecond),
      cpuSystemSeconds: known(stat.systemTicks / host.ticksPerSecond),
      residentBytes: ofStatus(status?.residentBytes),
      residentPeakBytes: ofStatus(status?.residentPeakBytes),
      anonymousBytes: ofStatus(status?.anonymousBytes),
      swapBytes: ofStatus(status?.swapBytes),
      virtualBytes: ofStatus(status?.virtualBytes),
      dataBytes: ofStatus(status?.dataBytes),
      lockedBytes: ofStatus(status?.lockedBytes),
      threads: known(stat.threads),
      majorPageFaults: known(stat.majorFaults),
      allowedCpus: ofStatus(status?.allowedCpus),
    },
    rlimits: rlimitsOf(limits),
    own: { ownPid: status?.ownPid ?? process.pid, uid: status?.fileUid },
  };
}
