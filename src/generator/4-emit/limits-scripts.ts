import type { LimitPlan } from "../../model/limit-plan.ts";
import { hashed, notEnforced } from "./limit-rows.ts";
import { settings, text } from "./limits-lines.ts";

/** A script that sets resource limits and becomes the program, or sets those of one that runs. */
export function emitUlimit(head: readonly string[], limits: LimitPlan): string {
  const files = limits.settings.find(({ name }) => name === "files_max");
  return script(
    head,
    [
      'if [ "$1" = --pid ]; then',
      "  # What is open stays open. macOS has no such program.",
      ...(files === undefined
        ? ["  # Nothing was recorded of its files."]
        : [
            `  ${files.inForce ? "" : "#"}prlimit --pid "$2" --nofile=${files.value}`,
            ...(files.inForce ? [] : ['  echo "not in force at this stage of the rollout" >&2']),
          ]),
      "  exit 0",
      "fi",
      "",
      ...settings("ulimit.sh", limits, (key, value) => `ulimit ${key} ${value}`),
      ...hashed(notEnforced("ulimit.sh", limits)),
      "",
    ],
    "PROGRAM [ARGUMENT...] | --pid PID",
  );
}

/** A script that makes a cgroup of version 2, sets its limits, and becomes the program in it. */
export function emitCgroupV2(head: readonly string[], limits: LimitPlan): string {
  return script(head, [
    rootFolder,
    `group="$root/mlx-${limits.slug}"`,
    'mkdir -p "$group"',
    "# Else the group has no files of these controllers.",
    'echo "+memory +cpu +pids" > "$root/cgroup.subtree_control"',
    "",
    ...settings("cgroup-v2.sh", limits, (key, value, name) => {
      const written = name === "cpu_max" ? `${quota(value)} ${period}` : value;
      return `echo "${written}" > "$group/${key}"`;
    }),
    ...hashed(notEnforced("cgroup-v2.sh", limits)),
    'echo "$$" > "$group/cgroup.procs"',
  ]);
}

/** The same for version 1, where every controller has a hierarchy of its own. */
export function emitCgroupV1(head: readonly string[], limits: LimitPlan): string {
  const max = limits.settings.find(({ name }) => name === "memory_max");
  const group = (key: string) => {
    const [controller = "", file = ""] = key.split(".", 1).concat(key);
    return `"$root/${controller}/mlx-${limits.slug}/${file}"`;
  };
  const sum = group("memory.memsw.limit_in_bytes");
  /** Kernels that do not count swap lack the file. */
  const ifCounted = (bytes: number) => `[ ! -e ${sum} ] || echo "${bytes}" > ${sum}`;
  return script(head, [
    rootFolder,
    "for controller in memory cpu pids; do",
    `  mkdir -p "$root/$controller/mlx-${limits.slug}"`,
    "done",
    ...(max?.inForce === true
      ? [
          "# Memory alone may not be above the sum: that of an earlier start goes first.",
          ifCounted(-1),
        ]
      : []),
    "",
    ...settings("cgroup-v1.sh", limits, (key, value, name) => {
      if (name === "cpu_max") return `echo "${quota(value)}" > ${group(key)}`;
      // A sum: without swap it is as much as memory alone.
      if (name === "swap_max") return ifCounted(max?.value ?? 0);
      return `echo "${value}" > ${group(key)}`;
    }),
    ...hashed(notEnforced("cgroup-v1.sh", limits)),
    "",
    "for controller in memory cpu pids; do",
    `  echo "$$" > "$root/$controller/mlx-${limits.slug}/cgroup.procs"`,
    "done",
  ]);
}

const rootFolder = 'root="${MLX_CGROUP_ROOT:-/sys/fs/cgroup}"';

/** Microseconds, the kernel's own default. */
const period = 100_000;

function quota(cores: number): number {
  return Math.round(cores * period);
}

/** Stops at the first limit that cannot be set: a program without it would look as if it were held. */
function script(
  head: readonly string[],
  lines: readonly string[],
  usage = "PROGRAM [ARGUMENT...]",
): string {
  return text([
    "#!/bin/bash",
    ...hashed(head),
    "",
    "set -eu",
    'if [ "$#" -eq 0 ]; then',
    `  echo "usage: bash $0 ${usage}" >&2`,
    "  exit 2",
    "fi",
    "",
    ...lines,
    'exec "$@"',
  ]);
}
