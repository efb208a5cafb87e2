import type { Host, RiskyRead, Roots } from "../../model/host.ts";
import type { Reason } from "../../model/figure.ts";
import type { CgroupIdentity } from "../../model/cgroup-identity.ts";
import { ruleVariable } from "../../model/workload-rule.ts";
import { shownValue } from "./flag-values.ts";
import { parseCgroupIdentity } from "./linux-cgroup-identity.ts";

/** Whose a process is and which unit runs it. Each is absent where the kernel would not say. */
export interface Owner {
  readonly uid?: string;
  /** Name, or the uid where no name is known. */
  readonly user?: string;
  readonly unit?: string;
  /** The container and the pod it runs in, if any. */
  readonly cgroup?: CgroupIdentity;
}

/** Reads who owns a process. Only for processes that are or may be MLX: the others are no business of ours. */
export function readOwner(host: Host, roots: Roots, pid: number): Owner {
  const status = host.files.read(`${roots.procfs}/${pid}/status`);
  const uid = status.kind === "read" ? parseUid(status.bytes.toString("latin1")) : undefined;
  const cgroup = readCgroupIdentity(host, roots, pid);
  return {
    ...(uid !== undefined && { uid, user: userName(host, roots, uid) }),
    ...(cgroup.unit !== undefined && { unit: cgroup.unit }),
    cgroup,
  };
}

/** Reads what runs a process; of nothing that can be read it says nothing. */
export function readCgroupIdentity(host: Host, roots: Roots, pid: number): CgroupIdentity {
  const read = host.files.readShort(`${roots.procfs}/${pid}/cgroup`);
  return read.kind === "read" ? parseCgroupIdentity(read.text) : {};
}

/** Whether a pid is a thread's: the kernel answers for it, too, under the number of its process. */
export function isThread(host: Host, roots: Roots, pid: number): boolean {
  const status = host.files.read(`${roots.procfs}/${pid}/status`);
  if (status.kind !== "read") return false;
  const leader = /^Tgid:\s+(\d{1,10})$/m.exec(status.bytes.toString("latin1"))?.[1];
  return leader !== undefined && Number(leader) !== pid;
}

/** The effective uid, of `Uid:\t1000\t1000\t1000\t1000` (real, effective, saved, file system). */
export function parseUid(status: string): string | undefined {
  return /^Uid:\s+\d+\s+(\d{1,10})\b/m.exec(status)?.[1];
}

/** The name of a uid in the password file of the root that is watched. */
function userName(host: Host, roots: Roots, uid: string): string {
  const root = roots.rootfs.replace(/\/$/, "");
  const passwords = host.files.read(`${root}/etc/passwd`);
  if (passwords.kind !== "read") return uid;
  return shownValue(parseUserName(passwords.bytes.toString("utf8"), uid) ?? "") ?? uid;
}

/** `mlx:x:1000:1000:MLX service:/home/mlx:/bin/bash`: name, password, uid. */
export function parseUserName(passwords: string, uid: string): string | undefined {
  const entry = passwords.split("\n").find((line) => line.split(":")[2] === uid);
  return entry?.split(":")[0];
}

/** What may be asked of an environment. */
export interface Environment {
  /** Which of the variables that discovery asks about are set, or why the environment could not be read. */
  readonly names: ReadonlySet<string> | Reason;
  /** The values of those of the named variables that are set. */
  values(names: readonly string[]): ReadonlyMap<string, string>;
  /** What MPS holds the process to on each device, such as `0=1G`. */
  mpsMemoryLimit(): string | undefined;
}

/** Takes from an environment what discovery may know. No other value is decoded: secrets live there. */
export function environmentOf(read: RiskyRead): Environment {
  if (read.kind !== "read") return unreadEnvironment(environmentReasons[read.kind]);
  return {
    names: parseEnvironmentNames(read.bytes),
    values: (names) => parseVariables(read.bytes, names),
    mpsMemoryLimit: () => parseMpsVariable(read.bytes),
  };
}

const environmentReasons = {
  absent: "unsupported",
  forbidden: "forbidden",
  failed: "error",
  blocked: "error",
} as const satisfies Readonly<Record<Exclude<RiskyRead["kind"], "read">, Reason>>;

/** An environment of which nothing is known. */
export function unreadEnvironment(reason: Reason): Environment {
  return { names: reason, values: () => new Map(), mpsMemoryLimit: () => undefined };
}

/** `PATH=/usr/bin\0MLX_RANK=0\0` → `MLX_RANK`. */
export function parseEnvironmentNames(bytes: Buffer): ReadonlySet<string> {
  const names = bytes
    .toString("latin1")
    .split("\0")
    .map((entry) => /^(MLX_RANK|VLLM_METAL_[A-Z0-9_]+)=/.exec(entry)?.[1]);
  return new Set(names.filter((name) => name !== undefined));
}

/**
 * `MLX_HEADROOM_ROLE=chat\0HF_TOKEN=…\0` → `chat` under its name. Whoever asks: nothing is given out but what a rule
 * may name. The first of two settings counts, as for getenv(3).
 */
export function parseVariables(
  bytes: Buffer,
  names: readonly string[],
): ReadonlyMap<string, string> {
  const entries = bytes.toString("utf8").split("\0");
  const values = new Map<string, string>();
  for (const name of names) {
    const entry = ruleVariable.test(name)
      ? entries.find((each) => each.startsWith(`${name}=`))
      : undefined;
    if (entry !== undefined) values.set(name, entry.slice(name.length + 1));
  }
  return values;
}

/** `CUDA_MPS_PINNED_DEVICE_MEM_LIMIT=0=1G\0` → `0=1G`, cut to what a real one may need. */
export function parseMpsVariable(bytes: Buffer): string | undefined {
  const name = "CUDA_MPS_PINNED_DEVICE_MEM_LIMIT=";
  const entry = bytes
    .toString("latin1")
    .split("\0")
    .find((each) => each.startsWith(name));
  return entry?.slice(name.length, name.length + 256);
}

/** Unix seconds at which the machine booted, from `btime 1700000000` in `/proc/stat`. */
export function readBootTime(host: Host, procfs: string): number | undefined {
  const file = host.files.read(`${procfs}/stat`);
  return file.kind === "read" ? parseBootTime(file.bytes.toString("latin1")) : undefined;
}

/** The line `btime 1700000000` among the counters. */
export function parseBootTime(stat: string): number | undefined {
  const seconds = /^btime (\d{1,12})$/m.exec(stat)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
