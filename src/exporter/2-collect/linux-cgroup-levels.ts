import type { Host } from "../../model/host.ts";
import type {
  CpuLevel,
  CpusetLevel,
  DmemLevel,
  MemoryLevel,
  PidsLevel,
} from "../../model/cgroup-reading.ts";
import { known, missing, type Figure } from "../../model/figure.ts";
import { figureOf, parseCount, parseKeyed, reasonOf } from "./figures.ts";
import type { CgroupLevel, CgroupPlace } from "./linux-cgroup-paths.ts";
import { countCpus } from "./linux-proc-status.ts";

type Versioned = Pick<CgroupPlace, "version">;

/** Reads the memory figures of one level: cgroup-v2.rst "Memory", cgroup-v1/memory.rst. */
export function readMemoryLevel(level: CgroupLevel, place: Versioned, host: Host): MemoryLevel {
  const limitAt = (name: string) => limitOf(host, `${level.folder}/${name}`);
  const stat = host.files.readKept(`${level.folder}/memory.stat`);
  const inactive = figureOf(stat, (text) =>
    parseKeyed(text).get(place.version === 2 ? "inactive_file" : "total_inactive_file"),
  );
  const countAt = (name: string) =>
    figureOf(host.files.readKept(`${level.folder}/${name}`), (text) => parseCount(text.trim()));
  const usageBytes = countAt(place.version === 2 ? "memory.current" : "memory.usage_in_bytes");
  return {
    scope: level.scope,
    usageBytes,
    workingSetBytes: workingSet(usageBytes, inactive),
    maxBytes: limitAt(place.version === 2 ? "memory.max" : "memory.limit_in_bytes"),
    // Version 1 has a soft limit too, but it only steers reclaim: nothing slows down or dies at it.
    highBytes: place.version === 2 ? limitAt("memory.high") : missing("unsupported"),
    swapBytes: place.version === 2 ? countAt("memory.swap.current") : missing("unsupported"),
    swapMaxBytes: place.version === 2 ? limitAt("memory.swap.max") : missing("unsupported"),
  };
}

/** usage − inactive file cache, floored at 0: what the kernel cannot simply give back (kubelet's formula). */
function workingSet(usage: Figure, inactiveFile: Figure): Figure {
  if (!("value" in usage)) return usage;
  if (!("value" in inactiveFile)) return inactiveFile;
  return known(Math.max(0, usage.value - inactiveFile.value));
}

/** Reads the CPU quota of one level, and the CPU seconds counted in `countedIn`, which version 1 keeps elsewhere. */
export function readCpuLevel(
  level: CgroupLevel,
  place: Versioned,
  host: Host,
  countedIn: string | undefined,
): CpuLevel {
  return {
    scope: level.scope,
    quotaCores: place.version === 2 ? quotaV2(host, level.folder) : quotaV1(host, level.folder),
    usageSeconds:
      countedIn === undefined
        ? missing("not_measured")
        : cpuSeconds(host, countedIn, place.version),
  };
}

function quotaV2(host: Host, folder: string): Figure {
  const read = host.files.readKept(`${folder}/cpu.max`);
  if (read.kind !== "read") return missing(read.kind === "absent" ? "unlimited" : reasonOf(read));
  const [quota, period] = read.text.trim().split(" ");
  return quota === "max" ? missing("unlimited") : cores(parseCount(quota), parseCount(period));
}

function quotaV1(host: Host, folder: string): Figure {
  const quota = host.files.readKept(`${folder}/cpu.cfs_quota_us`);
  if (quota.kind !== "read")
    return missing(quota.kind === "absent" ? "unlimited" : reasonOf(quota));
  const text = quota.text.trim();
  if (text.startsWith("-")) return missing("unlimited");
  const period = host.files.readKept(`${folder}/cpu.cfs_period_us`);
  return cores(
    parseCount(text),
    period.kind === "read" ? parseCount(period.text.trim()) : undefined,
  );
}

function cores(quota: number | undefined, period: number | undefined): Figure {
  return quota === undefined || period === undefined || period === 0
    ? missing("error")
    : known(quota / period);
}

function cpuSeconds(host: Host, folder: string, version: 1 | 2): Figure {
  if (version === 1) {
    return figureOf(host.files.readKept(`${folder}/cpuacct.usage`), (text) =>
      scaled(parseCount(text.trim()), 1e-9),
    );
  }
  return figureOf(host.files.readKept(`${folder}/cpu.stat`), (text) =>
    scaled(parseKeyed(text).get("usage_usec"), 1e-6),
  );
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

/** Reads how many tasks (threads, not processes) a level may hold and holds. */
export function readPidsLevel(level: CgroupLevel, host: Host): PidsLevel {
  return {
    scope: level.scope,
    max: limitOf(host, `${level.folder}/pids.max`),
    current: figureOf(host.files.readKept(`${level.folder}/pids.current`), (text) =>
      parseCount(text.trim()),
    ),
  };
}

/**
 * Counts the CPUs that a level lets its processes use. The file is absent where the controller is not handed down:
 * there the level above decides. Version 1 calls it otherwise.
 */
export function readCpusetLevel(level: CgroupLevel, place: Versioned, host: Host): CpusetLevel {
  const name = place.version === 2 ? "cpuset.cpus.effective" : "cpuset.effective_cpus";
  const read = host.files.readKept(`${level.folder}/${name}`);
  if (read.kind !== "read") {
    const reason = read.kind === "absent" ? "unlimited" : reasonOf(read);
    return { scope: level.scope, cpus: missing(reason) };
  }
  const count = countCpus(read.text.trim());
  return { scope: level.scope, cpus: count === undefined ? missing("error") : known(count) };
}

/**
 * Reads the memory of devices of one level (cgroup-v2.rst "DMEM"): lines such as `drm/0000:03:00.0/vram0 1073741824`.
 * The root has no limits, and its file is absent. What cannot be read names no region, so it cannot be told of any.
 */
export function readDmemLevel(level: CgroupLevel, host: Host): DmemLevel {
  const limits = dmemLines(host, `${level.folder}/dmem.max`);
  const used = limits.size === 0 ? limits : dmemLines(host, `${level.folder}/dmem.current`);
  return {
    scope: level.scope,
    regions: [...limits].map(([region, max]) => ({
      region,
      max,
      current: used.get(region) ?? missing("unsupported"),
    })),
  };
}

function dmemLines(host: Host, path: string): ReadonlyMap<string, Figure> {
  const read = host.files.readKept(path);
  const lines = read.kind === "read" ? read.text.split("\n") : [];
  return new Map(
    lines.flatMap((line): readonly (readonly [string, Figure])[] => {
      const [, region = "", value = ""] = /^(\S{1,120}) (max|\d{1,20})$/.exec(line) ?? [];
      const count = parseCount(value);
      if (region === "") return [];
      return [[region, count === undefined ? missing("unlimited") : known(count)]];
    }),
  );
}

/**
 * Reads a limit file. `max`, and version 1's number near 2^63 (it depends on the page size), mean that no limit is
 * set; an absent file means that none can be set there, as at the root.
 */
function limitOf(host: Host, path: string): Figure {
  const read = host.files.readKept(path);
  if (read.kind === "absent") return missing("unlimited");
  if (read.kind !== "read") return missing(reasonOf(read));
  const text = read.text.trim();
  const value = parseCount(text);
  if (text === "max" || (value !== undefined && value >= 2 ** 62)) return missing("unlimited");
  return value === undefined ? missing("error") : known(value);
}
