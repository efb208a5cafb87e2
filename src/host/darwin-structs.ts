/**
 * What macOS writes into the buffers it is given, read back. The layouts are those of xnu's headers, little-endian, and
 * every reader is pure. A buffer that is too short for a figure has none; nothing throws.
 */
import { known, missing, type Figure } from "../model/figure.ts";

/** Sizes of the structures that are asked for; a kernel that writes another size means another layout. */
export const bsdInfoSize = 136;
export const taskInfoSize = 96;
export const taskAllInfoSize = bsdInfoSize + taskInfoSize;
export const rusageV4Size = 296;
export const rusageV6Size = 464;

/** `struct task_vm_info` up to its third revision (macOS 10.15), counted in the words of 4 bytes that task_info counts in. */
export const vmInfoWords = 84;

/** `struct proc_bsdinfo`: which process this is. */
export interface BsdInfo {
  readonly pid: Figure;
  readonly uid: Figure;
  /** Unix seconds, to the microsecond. */
  readonly startTime: Figure;
}

export function readBsdInfo(buffer: Buffer): BsdInfo {
  return { pid: u32At(buffer, 12), uid: u32At(buffer, 20), startTime: startTime(buffer) };
}

function startTime(buffer: Buffer): Figure {
  const seconds = u64At(buffer, 120);
  const micros = u64At(buffer, 128);
  if (!("value" in seconds)) return seconds;
  if (!("value" in micros)) return micros;
  return micros.value < 1e6 ? known(seconds.value + micros.value / 1e6) : missing("error");
}

/** `struct proc_taskinfo`. */
export interface TaskInfo {
  readonly residentBytes: Figure;
  readonly threads: Figure;
}

export function readTaskInfo(buffer: Buffer): TaskInfo {
  return { residentBytes: u64At(buffer, 8), threads: u32At(buffer, 84) };
}

/** `struct proc_taskallinfo`: the one, and the other behind it. */
export function readTaskAllInfo(buffer: Buffer): BsdInfo & TaskInfo {
  return { ...readTaskInfo(buffer.subarray(bsdInfoSize)), ...readBsdInfo(buffer) };
}

/** `struct rusage_info_v4`, which that of version 6 begins with. */
export interface Rusage {
  /** In ticks of the machine's time base, whatever others say of nanoseconds. */
  readonly userTicks: bigint | undefined;
  readonly systemTicks: bigint | undefined;
  readonly pageIns: Figure;
  readonly wiredBytes: Figure;
  readonly residentBytes: Figure;
  readonly footprintBytes: Figure;
  readonly footprintPeakBytes: Figure;
  readonly diskReadBytes: Figure;
  readonly diskWrittenBytes: Figure;
}

export function readRusage(buffer: Buffer): Rusage {
  return {
    userTicks: bigAt(buffer, 16),
    systemTicks: bigAt(buffer, 24),
    pageIns: u64At(buffer, 48),
    wiredBytes: u64At(buffer, 56),
    residentBytes: u64At(buffer, 64),
    footprintBytes: u64At(buffer, 72),
    footprintPeakBytes: u64At(buffer, 240),
    diskReadBytes: u64At(buffer, 144),
    diskWrittenBytes: u64At(buffer, 152),
  };
}

/** `struct task_vm_info`, as many words of it as the kernel said that it wrote: how many those are is its revision. */
export interface VmInfo {
  readonly compressedBytes: Figure;
  /** Memory tagged as graphics that is in the process's footprint, compressed or not. */
  readonly graphicsBytes: Figure;
}

export function readVmInfo(buffer: Buffer, words: number): VmInfo {
  const written = buffer.subarray(0, Math.max(0, words) * 4);
  return {
    compressedBytes: u64At(written, 120, "unsupported"),
    graphicsBytes: sum(ledgerAt(written, 272), ledgerAt(written, 280)),
  };
}

/** A list of `struct proc_fdinfo`, which has 8 bytes for each open descriptor. */
export function countFds(bytes: number): number {
  return Math.floor(bytes / 8);
}

/**
 * CPU time from ticks. How many there are in a second says sysctl's `hw.tbfrequency`: 24 million on Apple's own chips,
 * a thousand million on Intel's. (mach_timebase_info says 1/1 to whoever runs under Rosetta.)
 */
export function secondsOf(ticks: bigint | undefined, ticksPerSecond: bigint | undefined): Figure {
  if (ticksPerSecond === undefined || ticksPerSecond === 0n) return missing("unsupported");
  if (ticks === undefined) return missing("error");
  // Whole seconds and the rest apart: no number holds the nanoseconds of four months of one CPU.
  return known(
    Number(ticks / ticksPerSecond) + Number(ticks % ticksPerSecond) / Number(ticksPerSecond),
  );
}

/** A balance of a ledger, which is signed; below zero it is none. */
function ledgerAt(buffer: Buffer, offset: number): Figure {
  if (offset + 8 > buffer.length) return missing("unsupported");
  const value = buffer.readBigInt64LE(offset);
  return value < 0n ? missing("error") : toFigure(value);
}

function u64At(buffer: Buffer, offset: number, absent: "unsupported" | "error" = "error"): Figure {
  const value = bigAt(buffer, offset);
  return value === undefined ? missing(absent) : toFigure(value);
}

function bigAt(buffer: Buffer, offset: number): bigint | undefined {
  return offset + 8 > buffer.length ? undefined : buffer.readBigUInt64LE(offset);
}

function u32At(buffer: Buffer, offset: number): Figure {
  return offset + 4 > buffer.length ? missing("error") : known(buffer.readUInt32LE(offset));
}

/** What no number holds to the last digit is more than any machine has. */
function toFigure(value: bigint): Figure {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? known(Number(value)) : missing("error");
}

function sum(one: Figure, other: Figure): Figure {
  if (!("value" in one)) return one;
  return "value" in other ? known(one.value + other.value) : other;
}
