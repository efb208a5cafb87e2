import type { Resource } from "./limit.ts";

const binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** A figure of a resource as a person reads it: `1.5 GiB`, `3.25 cores`, `1024`. */
export function inUnits(resource: Resource, value: number): string {
  switch (resource) {
    case "memory":
    case "swap":
    case "gpu_memory":
    case "locked_memory":
      return bytes(value);
    case "cpu":
      return `${value.toFixed(2)} cores`;
    case "cpu_time":
      return `${Math.round(value)} s`;
    case "threads":
    case "open_fds":
      return String(Math.round(value));
  }
}

/** A figure of a profile, exactly and as a person reads it: `4352 B`, `1.5 GiB (1610612736 B)`. */
export function amountInUnits(unit: "bytes" | "cores" | "count", value: number): string {
  switch (unit) {
    case "bytes":
      return value < 1024 ? `${value} B` : `${bytes(value)} (${value} B)`;
    case "cores":
      return `${value} cores`;
    case "count":
      return String(value);
  }
}

/** The same, short. */
export function amountShort(unit: "bytes" | "cores" | "count", value: number): string {
  switch (unit) {
    case "bytes":
      return bytes(value);
    case "cores":
      return `${Number(value.toPrecision(3))} cores`;
    case "count":
      return String(Math.round(value));
  }
}

function bytes(value: number): string {
  const sign = value < 0 ? "-" : "";
  const size = Math.abs(value);
  const power = size < 1 ? 0 : Math.min(binary.length - 1, Math.floor(Math.log2(size) / 10));
  const scaled = size / 1024 ** power;
  return `${sign}${power === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${binary[power] ?? "B"}`;
}
