import type { CgroupMount } from "./linux-cgroup-mounts.ts";

/** The path of a process in each hierarchy, as seen from our own cgroup namespace. */
export interface CgroupPaths {
  readonly v1: ReadonlyMap<string, string>;
  readonly v2?: string;
}

/**
 * Parses `/proc/PID/cgroup`, cgroups(7): version 1 lines are `4:memory:/docker/abc`, the one version 2 line is
 * `0::/system.slice/mlx.service`.
 */
export function parseProcCgroup(text: string): CgroupPaths {
  const v1 = new Map<string, string>();
  let v2: string | undefined;
  for (const line of text.split("\n")) {
    const match = /^(\d+):([^:]*):(\/.*)$/.exec(line);
    if (match === null) continue;
    const [, id, controllers = "", path = ""] = match;
    if (id === "0" && controllers === "") v2 = path;
    else for (const controller of controllers.split(",")) v1.set(controller, path);
  }
  return { v1, ...(v2 !== undefined && { v2 }) };
}

/** Where one controller of one process lives: a tree, and the path of the process in it. */
export interface CgroupPlace {
  readonly version: 1 | 2;
  readonly folder: string;
  /** Path below `folder`, `/` for the folder itself. */
  readonly path: string;
  /** What precedes `path` to make the name other tools use. */
  readonly root: string;
  /** Whether the levels up to `folder` are all there are. */
  readonly whole: boolean;
}

/** Names that lead from a mount's root down to the root of our cgroup namespace, or undefined where nobody can tell. */
export type OwnNames = (mount: CgroupMount) => readonly string[] | undefined;

/**
 * Decides, for each controller by itself, which tree holds it: on hybrid machines a `0::` line exists although every
 * controller still lives in version 1. Of several mounts of one tree the one that shows most levels is taken.
 * Undefined when no tree has it, `hidden` when the process is outside what is mounted, or its place cannot be told.
 * `pressure` stands for the version 2 tree, which keeps pressure figures whatever it controls.
 */
export function placeOf(
  controller: "memory" | "cpu" | "pids" | "cpuacct" | "cpuset" | "dmem" | "pressure",
  paths: CgroupPaths,
  mounts: readonly CgroupMount[],
  ownNames: OwnNames,
): CgroupPlace | "hidden" | undefined {
  const v1Path = paths.v1.get(controller);
  const path = v1Path ?? paths.v2;
  const version = v1Path === undefined ? 2 : 1;
  const fitting = mounts.filter(
    (mount) =>
      mount.version === version && (controller === "pressure" || mount.controllers.has(controller)),
  );
  if (path === undefined || fitting.length === 0) return undefined;

  let widest: { readonly mount: CgroupMount; readonly names: readonly string[] } | undefined;
  for (const mount of fitting) {
    const names = namesBelow(positionOf(path), positionOf(mount.root), () => ownNames(mount));
    if (names !== undefined && names.length >= (widest?.names.length ?? 0))
      widest = { mount, names };
  }
  if (widest === undefined) return "hidden";
  const { folder, root, whole } = widest.mount;
  return {
    version,
    folder,
    path: `/${widest.names.join("/")}`,
    root: positionOf(root)?.names.length === 0 ? "" : root,
    whole,
  };
}

/** A cgroup as the kernel names it to us: so many levels up from our namespace's root, then down by name. */
export interface Position {
  readonly ups: number;
  readonly names: readonly string[];
}

/** `/../../system.slice/x.service` is two levels up and two down. Undefined for what the kernel never prints. */
export function positionOf(path: string): Position | undefined {
  const parts = path.split("/").filter((part) => part !== "");
  const down = parts.findIndex((part) => part !== "..");
  const ups = down === -1 ? parts.length : down;
  const names = parts.slice(ups);
  return names.some((name) => name === ".." || name === ".") ? undefined : { ups, names };
}

/**
 * The names from a mount's root down to a cgroup, both given as the kernel prints them: by the shortest way from our
 * namespace's root. So two positions with as many steps up start at the same cgroup, and one with fewer leaves the
 * way down to our namespace later: the names between are those of our own place, which no file tells.
 */
export function namesBelow(
  cgroup: Position | undefined,
  root: Position | undefined,
  own: () => readonly string[] | undefined,
): readonly string[] | undefined {
  if (cgroup === undefined || root === undefined || root.ups < cgroup.ups) return undefined;
  if (root.ups === cgroup.ups) {
    const inside = root.names.every((name, index) => cgroup.names[index] === name);
    return inside ? cgroup.names.slice(root.names.length) : undefined;
  }
  if (root.names.length > 0) return undefined;
  const down = own();
  return down?.length === root.ups
    ? [...down.slice(0, root.ups - cgroup.ups), ...cgroup.names]
    : undefined;
}

/** One cgroup: where its files are, and the path that names it. */
export interface CgroupLevel {
  readonly folder: string;
  readonly scope: string;
}

/** The levels from a place up to the top of its tree, innermost first. */
export function levelsOf(place: CgroupPlace): readonly CgroupLevel[] {
  const levels: CgroupLevel[] = [];
  for (let path = place.path; ; path = path.slice(0, path.lastIndexOf("/")) || "/") {
    const tail = path === "/" ? "" : path;
    levels.push({ folder: `${place.folder}${tail}`, scope: `${place.root}${tail}` || "/" });
    if (path === "/") return levels;
  }
}
