import type { Host, Roots } from "../../model/host.ts";
import { known, missing, type ProcessUsage, type Rlimits } from "../../model/reading.ts";
import { figure, parseKeyedColon, reasonOf } from "./figures.ts";
import { rlimitsOf } from "./linux-proc-limits.ts";
import { readProcStat } from "./linux-proc-stat.ts";
import { parseProcStatus } from "./linux-proc-status.ts";

/**
 * Reads what one process uses and its resource limits. Undefined when it has ended, or when its pid belongs to
 * another process by now: the start time is part of the identity.
 */
export function collectLinuxProcess(
  host: Host,
  roots: Roots,
  process: { readonly pid: number; readonly startTicks: number },
): { readonly usage: ProcessUsage; readonly rlimits: Rlimits } | undefined {
  const folder = `${roots.procfs}/${process.pid}`;
  const stat = readProcStat(host, roots, process);
  if (stat === undefined) return undefined;

  const statusRead = host.files.read(`${folder}/status`);
  if (statusRead.kind === "absent") return undefined;
  const status =
    statusRead.kind === "read" ? parseProcStatus(statusRead.bytes.toString("latin1")) : undefined;
  const ofStatus = (value: number | undefined) =>
    statusRead.kind === "read" ? figure(value) : missing(reasonOf(statusRead));

  const ioRead = host.files.read(`${folder}/io`);
  const io = ioRead.kind === "read" ? parseKeyedColon(ioRead.bytes.toString("latin1")) : undefined;
  const ofIo = (key: string) =>
    ioRead.kind === "read" ? figure(io?.get(key)) : missing(reasonOf(ioRead));

  const limits = host.files.read(`${folder}/limits`);
  if (limits.kind === "absent") return undefined;
  const fds = host.files.count(`${folder}/fd`);
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
      openFds: fds.kind === "counted" ? known(fds.count) : missing(reasonOf(fds)),
      diskReadBytes: ofIo("read_bytes"),
      diskWrittenBytes: ofIo("write_bytes"),
      majorPageFaults: known(stat.majorFaults),
      allowedCpus: ofStatus(status?.allowedCpus),
    },
    rlimits: rlimitsOf(limits),
  };
}
