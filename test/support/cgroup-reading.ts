import { createCgroupMemory } from "../../src/exporter/2-collect/linux-cgroup-memory.ts";
import { createPlaceFinder } from "../../src/exporter/2-collect/linux-cgroup-places.ts";
import { createCgroupReader } from "../../src/exporter/2-collect/linux-cgroup.ts";
import type { Host, Roots } from "../../src/model/host.ts";
import type { CgroupReading } from "../../src/model/cgroup-reading.ts";
import { roots as usual } from "./fixture-host.ts";

/** What the first pass of a collector reads of the cgroups around a process. */
export function cgroupReading(host: Host, pid: number, roots: Roots = usual): CgroupReading {
  const findPlace = createPlaceFinder(host, roots, createCgroupMemory(host, roots));
  return createCgroupReader(host, roots, findPlace)(pid);
}
