import { known, missing, type Figure } from "../../model/figure.ts";
import type { DarwinCommand } from "./darwin-command.ts";
import { parseCount } from "./figures.ts";

/**
 * What the kernel says of itself. A name that it does not know is a line on stderr and makes the command leave with 1,
 * and the rest is printed all the same: `debug.iogpu.wired_limit` is macOS 13's, `iogpu.wired_limit_mb` that of later ones.
 */
export const sysctlCommand: DarwinCommand = {
  path: "/usr/sbin/sysctl",
  args: [
    "hw.memsize",
    "hw.pagesize",
    "hw.ncpu",
    "kern.boottime",
    "kern.osproductversion",
    "vm.swapusage",
    "kern.memorystatus_vm_pressure_level",
    "kern.memorystatus_level",
    "iogpu.wired_limit_mb",
    "debug.iogpu.wired_limit",
    "hw.model",
  ],
};

/** Each is absent where this kernel does not know it. */
export interface Sysctl {
  readonly memoryBytes?: number;
  readonly pageBytes?: number;
  readonly cpus?: number;
  /** Unix seconds. */
  readonly bootTime?: number;
  readonly swapTotalBytes?: number;
  readonly swapUsedBytes?: number;
  /** 1 normal, 2 warning, 4 critical. */
  readonly pressureLevel?: number;
  /** Share of memory that is available, in percent, as the kernel sees it. */
  readonly availablePercent?: number;
  /** What the GPU may wire at most: `unlimited` where nobody set it, and the kernel has a default that it does not tell. */
  readonly wiredLimitBytes: Figure;
  /** Of the machine, such as `Mac16,1`, and of the system, such as `26.5`. */
  readonly model?: string;
  readonly osVersion?: string;
}

/** Parses lines such as `hw.memsize: 25769803776`; undefined when there is none. */
export function parseSysctl(stdout: Buffer): Sysctl | undefined {
  const values = new Map<string, string>();
  for (const line of stdout.toString("utf8").split("\n")) {
    const colon = line.indexOf(": ");
    if (colon > 0) values.set(line.slice(0, colon), line.slice(colon + 2).trim());
  }
  if (values.size === 0) return undefined;
  const count = (name: string) => parseCount(values.get(name));
  const boot = /^\{ sec = (\d{1,12}), usec = /.exec(values.get("kern.boottime") ?? "");
  const swap = values.get("vm.swapusage");
  return withoutAbsent({
    memoryBytes: count("hw.memsize"),
    pageBytes: count("hw.pagesize"),
    cpus: count("hw.ncpu"),
    bootTime: boot === null ? undefined : Number(boot[1]),
    swapTotalBytes: swapBytes(swap, "total"),
    swapUsedBytes: swapBytes(swap, "used"),
    pressureLevel: count("kern.memorystatus_vm_pressure_level"),
    availablePercent: count("kern.memorystatus_level"),
    wiredLimitBytes: wiredLimit(count("iogpu.wired_limit_mb"), count("debug.iogpu.wired_limit")),
    model: values.get("hw.model"),
    osVersion: values.get("kern.osproductversion"),
  });
}

/** `total = 14336.00M  used = 13262.06M  free = 1073.94M  (encrypted)`: always MiB, always two decimals. */
function swapBytes(text: string | undefined, name: string): number | undefined {
  const found = new RegExp(`(?:^| )${name} = (\\d{1,12})\\.(\\d\\d)M(?: |$)`).exec(text ?? "");
  if (found === null) return undefined;
  return Math.round((Number(found[1]) + Number(found[2]) / 100) * 1024 * 1024);
}

/** 0 says that nothing was set, and not that the GPU may wire nothing. */
function wiredLimit(mebibytes: number | undefined, bytes: number | undefined): Figure {
  const limit = mebibytes === undefined ? bytes : mebibytes * 1024 * 1024;
  if (limit === undefined) return missing("unsupported");
  return limit === 0 ? missing("unlimited") : known(limit);
}

/** The same without keys that have no value. */
function withoutAbsent<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
