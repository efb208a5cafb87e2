/**
 * What NVML writes into the buffers it is given, read back. The layouts are those of nvml.h, little-endian, and every
 * reader is pure.
 */
import { known, missing, type Figure } from "../model/figure.ts";

/** NVML_VALUE_NOT_AVAILABLE, in 64 bits and in 32. */
const notAvailable = 2n ** 64n - 1n;
const noInstance = 2 ** 32 - 1;

/** What buffers are filled with before a call, to see afterwards how far it wrote. */
export const untouched = 0xaa;

/** The largest layout of a process that any driver was seen to write. */
export const largestProcess = 32;
const processSizes = [16, 24, largestProcess] as const;

/** One row of a process list. */
export interface ProcessRow {
  readonly pid: number;
  readonly memoryBytes: Figure;
  /** Of MIG; absent without it, and in the oldest layout. */
  readonly gpuInstance?: number;
}

/**
 * Reads `count` rows of a buffer that was filled with `untouched` and has room for `capacity`. Which layout they have
 * the name of the function does not tell: `_v3` wrote 24 bytes a row, and 32 in the drivers 535.43 to 535.86. How far
 * the buffer was written does. Undefined for what fits no layout.
 */
export function readProcesses(
  buffer: Buffer,
  count: number,
  capacity: number,
): readonly ProcessRow[] | undefined {
  if (count === 0) return [];
  const size = rowSize(buffer, count, capacity);
  if (size === undefined || size * count > buffer.length) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const at = index * size;
    const instance = size === 16 ? noInstance : buffer.readUInt32LE(at + 16);
    return {
      pid: buffer.readUInt32LE(at),
      memoryBytes: bytesAt(buffer, at + 8),
      ...(instance !== noInstance && { gpuInstance: instance }),
    };
  });
}

/** The last bytes of a row are never padding, so the written part ends where the last row does, to the next eight. */
function rowSize(buffer: Buffer, count: number, capacity: number): number | undefined {
  let end = buffer.length;
  while (end > 0 && buffer[end - 1] === untouched) end -= 1;
  const written = Math.ceil(end / 8) * 8;
  const sizeOf = (rows: number) => processSizes.find((size) => size * rows === written);
  // A driver may clear the whole buffer before it writes rows.
  return sizeOf(count) ?? sizeOf(capacity);
}

/** `nvmlMemory_v2_t`: version, total, reserved, free, used. */
export function readMemoryV2(buffer: Buffer): MemoryRead {
  return {
    totalBytes: bytesAt(buffer, 8),
    reservedBytes: bytesAt(buffer, 16),
    usedBytes: minus(bytesAt(buffer, 8), bytesAt(buffer, 24)),
  };
}

/** `nvmlMemory_t`: total, free, used; what the driver keeps for itself is part of the used. */
export function readMemoryV1(buffer: Buffer): MemoryRead {
  return {
    totalBytes: bytesAt(buffer, 0),
    reservedBytes: missing("unsupported"),
    usedBytes: minus(bytesAt(buffer, 0), bytesAt(buffer, 8)),
  };
}

export interface MemoryRead {
  readonly totalBytes: Figure;
  readonly reservedBytes: Figure;
  /** total − free. */
  readonly usedBytes: Figure;
}

/** One row of `nvmlProcessUtilizationSample_t`. */
export interface UtilizationRow {
  readonly pid: number;
  /** Microseconds of NVML's clock. */
  readonly timestamp: bigint;
  /** Percent; drivers were seen to write more than 100. */
  readonly percent: number;
}

export const utilizationSize = 32;

export function readUtilizations(buffer: Buffer, count: number): readonly UtilizationRow[] {
  const rows = Math.min(count, Math.floor(buffer.length / utilizationSize));
  return Array.from({ length: rows }, (_, index) => {
    const at = index * utilizationSize;
    return {
      pid: buffer.readUInt32LE(at),
      timestamp: buffer.readBigUInt64LE(at + 8),
      percent: buffer.readUInt32LE(at + 16),
    };
  });
}

/** A name that ends at its first NUL. */
export function readText(buffer: Buffer): string {
  const end = buffer.indexOf(0);
  return buffer.subarray(0, end === -1 ? buffer.length : end).toString("latin1");
}

function bytesAt(buffer: Buffer, offset: number): Figure {
  const value = buffer.readBigUInt64LE(offset);
  return value === notAvailable ? missing("unsupported") : known(Number(value));
}

function minus(total: Figure, free: Figure): Figure {
  if (!("value" in total)) return total;
  return "value" in free ? known(Math.max(0, total.value - free.value)) : free;
}
