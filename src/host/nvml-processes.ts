import type { NvmlProcess } from "../model/nvml.ts";
import { known, missing, type Figure, type Reason } from "../model/figure.ts";
import { nvmlCodes, reasonOfNvml, type CallNvml, type NvmlFunction } from "./nvml-calls.ts";
import {
  largestProcess,
  readProcesses,
  readUtilizations,
  untouched,
  utilizationSize,
  type ProcessRow,
  type UtilizationRow,
} from "./nvml-structs.ts";

/** A list of processes, as far as it is known, and why it is not whole. */
export interface ProcessList {
  readonly rows: readonly ProcessRow[];
  readonly missing?: Reason;
}

/** The newest function first: a library that lacks it has an older one. */
const kinds = ["Compute", "Graphics", "MPSCompute"].map((kind) =>
  ["_v3", "_v2", ""].map(
    (version) => `nvmlDeviceGet${kind}RunningProcesses${version}` as NvmlFunction,
  ),
);

/** Processes come and go between two calls: there is more room than was asked for. */
const spare = 32;
/** No machine runs more on one GPU; a count beyond it is not believed. */
const mostRows = 65_536;

/** Every process that has something on a GPU or an instance, once, with the largest figure that a list gave. */
export function listProcesses(call: CallNvml, device: bigint): ProcessList {
  const byPid = new Map<string, ProcessRow>();
  let why: Reason | undefined;
  kinds.forEach((functions, index) => {
    const list = listOf(call, device, functions);
    // Not every GPU draws, and not every library knows MPS: only without the first list is nothing known.
    if (list.missing !== undefined && (index === 0 || list.missing !== "unsupported"))
      why ??= list.missing;
    for (const row of list.rows) {
      const key = `${row.pid} ${row.gpuInstance ?? ""}`;
      byPid.set(key, larger(byPid.get(key), row));
    }
  });
  return { rows: [...byPid.values()], ...(why !== undefined && { missing: why }) };
}

/** A process that computes and draws is in two lists with the same figure: it is not the sum. */
function larger(one: ProcessRow | undefined, other: ProcessRow): ProcessRow {
  if (one === undefined || !("value" in one.memoryBytes)) return other;
  return "value" in other.memoryBytes && other.memoryBytes.value > one.memoryBytes.value
    ? other
    : one;
}

function listOf(call: CallNvml, device: bigint, functions: readonly NvmlFunction[]): ProcessList {
  for (const name of functions) {
    const rows = rowsFrom(largestProcess, (buffer, count) => call(name, device, count, buffer));
    if (typeof rows !== "number") {
      const read = readProcesses(rows.buffer, rows.count, rows.capacity);
      return read === undefined ? { rows: [], missing: "error" } : { rows: read };
    }
    if (rows !== nvmlCodes.functionNotFound) return { rows: [], missing: reasonOfNvml(rows) };
  }
  return { rows: [], missing: "unsupported" };
}

/** Calls until the buffer is large enough, or gives the code that says why there is nothing. */
function rowsFrom(
  rowBytes: number,
  call: (buffer: Buffer, count: Buffer) => number,
): { readonly buffer: Buffer; readonly count: number; readonly capacity: number } | number {
  let capacity = spare;
  for (let attempt = 0; attempt < 5; attempt++) {
    const buffer = Buffer.alloc(capacity * rowBytes, untouched);
    const count = Buffer.alloc(4);
    count.writeUInt32LE(capacity);
    const code = call(buffer, count);
    const found = count.readUInt32LE();
    if (code === nvmlCodes.success && found <= capacity) return { buffer, count: found, capacity };
    if (code !== nvmlCodes.insufficientSize) return code === nvmlCodes.success ? -1 : code;
    if (found > mostRows) return code;
    capacity = Math.max(found, capacity) + spare;
  }
  return nvmlCodes.insufficientSize;
}

/** How busy processes kept a GPU since the last time. */
export interface Utilizations {
  /** Of a process that is in the list of running ones. */
  of(pid: number): Figure;
  /** To be given to the next call. */
  readonly lastSeen: bigint;
}

/**
 * `lastSeen` is undefined the first time: what NVML has kept from before is then of processes and moments long gone.
 * A process without a sample was idle.
 */
export function readProcessUtilization(
  call: CallNvml,
  device: bigint,
  lastSeen: bigint | undefined,
): Utilizations {
  const since = lastSeen ?? 0n;
  const rows = rowsFrom(utilizationSize, (buffer, count) =>
    call("nvmlDeviceGetProcessUtilization", device, buffer, count, since),
  );
  if (typeof rows === "number" && rows !== nvmlCodes.notFound)
    return { of: () => missing(reasonOfNvml(rows)), lastSeen: since };
  const all = typeof rows === "number" ? [] : readUtilizations(rows.buffer, rows.count);
  const latest = new Map<number, UtilizationRow>();
  let newest = since;
  for (const row of all) {
    if (row.timestamp <= since) continue;
    if (row.timestamp > newest) newest = row.timestamp;
    const before = latest.get(row.pid);
    if (before === undefined || row.timestamp > before.timestamp) latest.set(row.pid, row);
  }
  return {
    of(pid) {
      if (lastSeen === undefined) return missing("not_measured");
      const percent = latest.get(pid)?.percent ?? 0;
      return percent <= 100 ? known(percent / 100) : missing("error");
    },
    lastSeen: newest,
  };
}

/** Rows as others know them, each pid once. */
export function asProcesses(
  rows: readonly ProcessRow[],
  utilization: (pid: number) => Figure,
): readonly NvmlProcess[] {
  return rows.map(({ pid, memoryBytes }) => ({
    pid,
    memoryBytes,
    utilizationRatio: utilization(pid),
  }));
}
