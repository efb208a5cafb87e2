import type { Host, Roots } from "../../model/host.ts";
import type { CgroupController } from "../../model/reading.ts";

/** The cgroup version 1 and 2 trees as mounted here. */
export interface CgroupMount {
  readonly version: 1 | 2;
  /** Version 1: the controllers of this hierarchy. Version 2: those it offers, from `cgroup.controllers`. */
  readonly controllers: ReadonlySet<string>;
  /** Where the tree can be read. */
  readonly folder: string;
  /** The cgroup that is mounted there: `/` for the whole tree, deeper inside a container. */
  readonly root: string;
}

/** Finds every cgroup tree in our own mount table. */
export function readCgroupMounts(host: Host, roots: Roots): readonly CgroupMount[] {
  const read = host.files.read(`${roots.procfs}/self/mountinfo`);
  if (read.kind !== "read") return [];
  return parseMountinfo(read.bytes.toString("utf8")).map((mount) => {
    const folder = below(roots.sysfs, mount.folder);
    if (mount.version === 1) return { ...mount, folder };
    const controllers = host.files.readKept(`${folder}/cgroup.controllers`);
    const names =
      controllers.kind === "read" ? controllers.bytes.toString("latin1").trim().split(/\s+/) : [];
    return { ...mount, folder, controllers: new Set(names.filter((name) => name !== "")) };
  });
}

/** A mount below `/sys` is looked for below the folder that stands for `/sys`; any other is taken as it is. */
function below(sysfs: string, folder: string): string {
  return folder.startsWith("/sys/") && sysfs !== "/sys"
    ? `${sysfs}${folder.slice("/sys".length)}`
    : folder;
}

/**
 * Parses proc_pid_mountinfo(5) lines of the two cgroup file systems, such as
 * `36 27 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory`.
 */
export function parseMountinfo(text: string): readonly CgroupMount[] {
  const mounts: CgroupMount[] = [];
  for (const line of text.split("\n")) {
    const [left, right] = line.split(" - ");
    const [, , , root, folder] = left?.split(" ") ?? [];
    const [type, , options] = right?.split(" ") ?? [];
    if (root === undefined || folder === undefined || (type !== "cgroup" && type !== "cgroup2"))
      continue;
    mounts.push({
      version: type === "cgroup" ? 1 : 2,
      controllers: new Set(type === "cgroup" ? (options ?? "").split(",") : []),
      folder: unescapeOctal(folder),
      root: unescapeOctal(root),
    });
  }
  return mounts;
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/**
 * The path of a process in each hierarchy, from `/proc/PID/cgroup`, cgroups(7): version 1 lines are
 * `4:memory:/docker/abc`, the one version 2 line is `0::/system.slice/mlx.service`.
 */
export function parseProcCgroup(text: string): {
  readonly v1: ReadonlyMap<string, string>;
  readonly v2?: string;
} {
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
}

/**
 * Decides, for each controller by itself, which tree holds it: on hybrid machines a `0::` line exists although every
 * controller still lives in version 1. Undefined when no tree has it, `hidden` when the process is outside what is
 * mounted here.
 */
export function placeOf(
  controller: CgroupController | "cpuacct" | "cpuset",
  paths: ReturnType<typeof parseProcCgroup>,
  mounts: readonly CgroupMount[],
): CgroupPlace | "hidden" | undefined {
  const v1Path = paths.v1.get(controller);
  const path = v1Path ?? paths.v2;
  const version = v1Path === undefined ? 2 : 1;
  const mount = mounts.find(
    (candidate) => candidate.version === version && candidate.controllers.has(controller),
  );
  if (path === undefined || mount === undefined) return undefined;
  if (path.startsWith("/..")) return "hidden";
  const { folder, root } = mount;
  if (root === "/") return { version, folder, path, root: "" };
  if (path === root || path.startsWith(`${root}/`)) {
    return { version, folder, path: path.slice(root.length) || "/", root };
  }
  // Inside a cgroup namespace the mount's root and our own path are both written as `/`, and paths fit as they are.
  return root.startsWith("/..") ? { version, folder, path, root: "" } : "hidden";
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
