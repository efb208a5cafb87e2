import type { Host, Roots } from "../../model/host.ts";
import type {
  CgroupController,
  CgroupReading,
  CpuLevel,
  MemoryLevel,
  PidsLevel,
  Reason,
} from "../../model/reading.ts";
import { reasonOf } from "./figures.ts";
import { readCpuLevel, readMemoryLevel, readPidsLevel } from "./linux-cgroup-levels.ts";
import {
  levelsOf,
  parseProcCgroup,
  placeOf,
  readCgroupMounts,
  type CgroupLevel,
  type CgroupPlace,
} from "./linux-cgroup-mounts.ts";

/**
 * Reads every cgroup level that holds a process. Made anew for each pass: processes share levels, and each is read
 * once in a pass, so that all of them are judged by the same figures.
 */
export function createCgroupReader(host: Host, roots: Roots): (pid: number) => CgroupReading {
  const mounts = readCgroupMounts(host, roots);
  const memoryLevels = new Map<string, MemoryLevel>();
  const cpuLevels = new Map<string, CpuLevel>();
  const pidsLevels = new Map<string, PidsLevel>();

  return (pid) => {
    const read = host.files.readKept(`${roots.procfs}/${pid}/cgroup`);
    if (read.kind !== "read") return nothing(reasonOf(read));
    const paths = parseProcCgroup(read.bytes.toString("utf8"));

    const absent: Partial<Record<CgroupController, Reason>> = {};
    const place = (controller: CgroupController): CgroupPlace | undefined => {
      const found = placeOf(controller, paths, mounts);
      if (typeof found === "object") return found;
      // Not mounted, or outside what is mounted here: either way we cannot see such a limit, if there is one.
      absent[controller] = "unsupported";
      return undefined;
    };

    const memory = place("memory");
    const cpu = place("cpu");
    const pids = place("pids");
    const cpuset = placeOf("cpuset", paths, mounts);
    const accounting = placeOf("cpuacct", paths, mounts);
    /** Version 1 counts CPU time in a tree of its own; where the paths differ the level has no count. */
    const counted = (level: CgroupLevel, of: CgroupPlace): string | undefined => {
      if (of.version === 2) return level.folder;
      const same = typeof accounting === "object" && accounting.path === of.path;
      return same ? `${accounting.folder}${level.folder.slice(of.folder.length)}` : undefined;
    };
    return {
      memory: eachLevel(memory, memoryLevels, (level, of) => readMemoryLevel(level, of, host)),
      cpu: eachLevel(cpu, cpuLevels, (level, of) =>
        readCpuLevel(level, of, host, counted(level, of)),
      ),
      pids: eachLevel(pids, pidsLevels, (level) => readPidsLevel(level, host)),
      ...(typeof cpuset === "object" && { cpusetScope: levelsOf(cpuset)[0]?.scope ?? "/" }),
      missing: absent,
      oomFiles: [...(memory === undefined ? [] : oomFilesOf(memory)), `${roots.procfs}/vmstat`],
    };
  };
}

function eachLevel<T>(
  place: CgroupPlace | undefined,
  cache: Map<string, T>,
  read: (level: CgroupLevel, place: CgroupPlace) => T,
): readonly T[] {
  if (place === undefined) return [];
  return levelsOf(place).map((level) => {
    const reading = cache.get(level.folder) ?? read(level, place);
    cache.set(level.folder, reading);
    return reading;
  });
}

/**
 * Files that count OOM kills, innermost first. Version 2 counts hierarchically, so that an ancestor still tells of a
 * kill after the cgroup is gone; version 1 counts only where the killed process lived.
 */
function oomFilesOf(place: CgroupPlace): readonly string[] {
  const levels = levelsOf(place);
  return place.version === 2
    ? levels.map((level) => `${level.folder}/memory.events`)
    : levels.slice(0, 1).map((level) => `${level.folder}/memory.oom_control`);
}

/** What is said of cgroups when nobody reads them. The host's own counter still tells of OOM kills. */
export function cgroupsUnread(roots: Roots): CgroupReading {
  return { ...nothing("not_measured"), oomFiles: [`${roots.procfs}/vmstat`] };
}

function nothing(reason: Reason): CgroupReading {
  return {
    memory: [],
    cpu: [],
    pids: [],
    missing: { memory: reason, cpu: reason, pids: reason },
    oomFiles: [],
  };
}
