import type { Host, Roots } from "../../model/host.ts";

/** A cgroup tree, or a part of one, as our mount table shows it. */
export interface CgroupMount {
  readonly version: 1 | 2;
  /** Version 1: the controllers of this hierarchy. Version 2: those it offers, from `cgroup.controllers`. */
  readonly controllers: ReadonlySet<string>;
  /** Where the tree can be read. */
  readonly folder: string;
  /**
   * The cgroup that is mounted there, as seen from our own cgroup namespace: `/` for the namespace's root, which is
   * the whole tree outside containers; deeper for a part of it; `/../..` for a tree that shows what is around us.
   */
  readonly root: string;
  /** Whether no level lies above it: a limit that stands above what is mounted cannot be seen. */
  readonly whole: boolean;
}

/** What is looked for in version 1, where each has, or shares, a tree of its own. */
const wanted = ["memory", "cpu", "cpuacct", "cpuset", "pids"];

/** Finds every cgroup tree in our own mount table that holds something we look for. */
export function readCgroupMounts(host: Host, roots: Roots): readonly CgroupMount[] {
  const read = host.files.read(`${roots.procfs}/self/mountinfo`);
  if (read.kind !== "read") return [];
  const lines = below(roots.sysfs, parseMountinfo(read.bytes.toString("utf8"))).filter(
    ({ version, controllers }) => version === 2 || wanted.some((name) => controllers.has(name)),
  );
  return lines.map((mount) => ({
    ...mount,
    controllers: mount.version === 1 ? mount.controllers : offered(host, mount.folder),
    whole: isWhole(host, mount),
  }));
}

function offered(host: Host, folder: string): ReadonlySet<string> {
  const read = host.files.readKept(`${folder}/cgroup.controllers`);
  const names = read.kind === "read" ? read.text.trim().split(/\s+/) : [];
  return new Set(names.filter((name) => name !== ""));
}

/** One file tells the top of a hierarchy: version 1 has `cgroup.sane_behavior` only there, version 2 `cgroup.events` everywhere else. */
function isWhole(host: Host, { version, folder }: MountLine): boolean {
  return version === 1
    ? host.files.readKept(`${folder}/cgroup.sane_behavior`).kind === "read"
    : host.files.readKept(`${folder}/cgroup.events`).kind === "absent";
}

/**
 * Where `--path.sysfs` stands for `/sys`: mounts that are there already are taken as they are, as in a container that
 * was given the host's. Where none is, as in a copy of a machine's files, those below `/sys` are looked for there.
 */
function below(sysfs: string, mounts: readonly MountLine[]): readonly MountLine[] {
  const root = sysfs.replace(/\/+$/, "");
  if (root === "/sys" || mounts.some(({ folder }) => folder.startsWith(`${root}/`))) return mounts;
  return mounts.map((mount) =>
    mount.folder.startsWith("/sys/")
      ? { ...mount, folder: `${root}${mount.folder.slice("/sys".length)}` }
      : mount,
  );
}

/** A cgroup mount by the mount table alone. */
export type MountLine = Omit<CgroupMount, "whole">;

/**
 * Parses proc_pid_mountinfo(5) lines of the two cgroup file systems, such as
 * `36 27 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory`. A later mount at the same folder hides
 * an earlier one, whatever it is.
 */
export function parseMountinfo(text: string): readonly MountLine[] {
  const mounts = new Map<string, MountLine>();
  for (const line of text.split("\n")) {
    const [left, right] = line.split(" - ");
    const [, , , root, point] = left?.split(" ") ?? [];
    const [type, , options] = right?.split(" ") ?? [];
    if (root === undefined || point === undefined) continue;
    const folder = unescapeOctal(point);
    mounts.delete(folder);
    if (type !== "cgroup" && type !== "cgroup2") continue;
    mounts.set(folder, {
      version: type === "cgroup" ? 1 : 2,
      controllers: new Set(type === "cgroup" ? (options ?? "").split(",") : []),
      folder,
      root: unescapeOctal(root),
    });
  }
  return [...mounts.values()];
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
