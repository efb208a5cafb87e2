import type { Host, Roots } from "../../model/host.ts";
import type {
  CgroupController,
  CgroupReading,
  CpuLevel,
  CpusetLevel,
  DmemLevel,
  MemoryLevel,
  PidsLevel,
} from "../../model/cgroup-reading.ts";
import type { Reason } from "../../model/figure.ts";
import { eventsUnavailable } from "./linux-cgroup-events.ts";
import {
  readCpuLevel,
  readCpusetLevel,
  readDmemLevel,
  readMemoryLevel,
  readPidsLevel,
} from "./linux-cgroup-levels.ts";
import { levelsOf, type CgroupLevel, type CgroupPlace } from "./linux-cgroup-paths.ts";
import type { FindPlace, Hierarchy, Places } from "./linux-cgroup-places.ts";
import { createPressureReader } from "./linux-cgroup-pressure.ts";

/**
 * Reads every cgroup level that holds a process. Made anew for each pass: processes share levels, and each is read
 * once in a pass, so that all of them are judged by the same figures.
 */
export function createCgroupReader(
  host: Host,
  roots: Roots,
  findPlace: FindPlace,
): (pid: number) => CgroupReading {
  const memoryLevels = new Map<string, MemoryLevel>();
  const cpuLevels = new Map<string, CpuLevel>();
  const pidsLevels = new Map<string, PidsLevel>();
  const cpusetLevels = new Map<string, CpusetLevel>();
  const dmemLevels = new Map<string, DmemLevel>();
  const readPressure = createPressureReader(host);

  const readings = new Map<Places, CgroupReading>();

  return (pid) => {
    const find = findPlace(pid);
    const reading = readings.get(find) ?? readAt(find);
    readings.set(find, reading);
    return reading;
  };

  function readAt(find: Places): CgroupReading {
    const absent: Partial<Record<CgroupController, Reason>> = {};
    const hidden: CgroupController[] = [];
    const place = (controller: CgroupController): CgroupPlace | undefined => {
      const found = find(controller);
      if (found === "hidden" || (typeof found === "object" && !found.whole)) {
        absent[controller] = "unsupported";
        hidden.push(controller);
      } else if (typeof found === "string") absent[controller] = found;
      return typeof found === "string" ? undefined : found;
    };
    const memory = place("memory");
    const cpu = place("cpu");
    const pids = place("pids");
    const cpuset = seen(find, "cpuset");
    const dmem = seen(find, "dmem");
    const accounting = seen(find, "cpuacct");
    /** Version 1 counts CPU time in a tree of its own; where the paths differ the level has no count. */
    const counted = (level: CgroupLevel, of: CgroupPlace): string | undefined => {
      if (of.version === 2) return level.folder;
      return accounting !== undefined && accounting.path === of.path
        ? `${accounting.folder}${level.folder.slice(of.folder.length)}`
        : undefined;
    };
    const { found: pressure, reason } = readPressure(find("pressure"));
    return {
      memory: eachLevel(memory, memoryLevels, (level, of) => readMemoryLevel(level, of, host)),
      cpu: eachLevel(cpu, cpuLevels, (level, of) =>
        readCpuLevel(level, of, host, counted(level, of)),
      ),
      pids: eachLevel(pids, pidsLevels, (level) => readPidsLevel(level, host)),
      cpuset: eachLevel(cpuset, cpusetLevels, (level, of) => readCpusetLevel(level, of, host)),
      ...(dmem !== undefined && {
        dmem: eachLevel(dmem, dmemLevels, (level) => readDmemLevel(level, host)),
      }),
      ...(pressure !== undefined && { pressure }),
      missing: absent,
      hidden,
      unavailable: [
        ...(reason === undefined ? [] : [{ field: "pressure_seconds", reason }]),
        ...eventsUnavailable(memory, host),
      ],
      oomFiles: [...(memory === undefined ? [] : oomFilesOf(memory)), `${roots.procfs}/vmstat`],
    };
  }
}

function seen(find: Places, hierarchy: Hierarchy): CgroupPlace | undefined {
  const found = find(hierarchy);
  return typeof found === "string" ? undefined : found;
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
  return {
    memory: [],
    cpu: [],
    pids: [],
    cpuset: [],
    missing: { memory: "not_measured", cpu: "not_measured", pids: "not_measured" },
    unavailable: [],
    oomFiles: [`${roots.procfs}/vmstat`],
  };
}
