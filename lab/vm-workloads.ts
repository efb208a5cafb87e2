import type { VmFiles } from "./vm-disk.ts";

/**
 * Says on the console what the kernel counts in the unit that it is started in, and in the slice: in version 2, or in 1,
 * which does not count how often a limit was the reason.
 */
const tellsOfKills = `cd /sys/fs/cgroup/system.slice 2>/dev/null || cd /sys/fs/cgroup/memory/system.slice
count() { busybox sed -n "s/^$1 //p" "$2"/memory.events "$2"/memory.oom_control 2>/dev/null; }
echo "OOM kills: $(count oom_kill batch.service) in the unit, $(count oom_kill .) in the slice, for $(count oom .) limits"
`;

/**
 * Units that look like MLX workloads to whoever reads command lines, and are bash: `@` sets their first argument. What
 * they hold lies in /dev/shm, which counts where it was written.
 */
export const workloadFiles: VmFiles = {
  "/opt/venv/bin/mlx_lm.server": holds(64),
  "/opt/venv/bin/mlx_lm.generate": "sleep 8\ntail /dev/zero\n",
  "/opt/tell": tellsOfKills,
  "/opt/neighbour": holds(96),
  ...unit("models.slice", ["[Slice]", "MemoryMax=288M"]),
  ...service("chat", "mlx_lm.server --port 8080", ["Slice=models.slice", "MemoryMax=256M"]),
  ...unit("neighbour.service", [
    "[Service]",
    "Slice=models.slice",
    "ExecStart=/bin/bash /opt/neighbour",
  ]),
  // Started again after systemd's tenth of a second: most looks find the new cgroup where they saw the old one.
  ...service("batch", "mlx_lm.generate --prompt x", [
    "MemoryMax=24M",
    "Restart=always",
    "StandardOutput=journal+console",
    "ExecStartPre=/bin/bash /opt/tell",
  ]),
  // A unit of a user who is not logged in, but lingers.
  "/var/lib/systemd/linger/ann": "",
  "/etc/systemd/user/notebook.service": [
    "[Service]",
    "ExecStart=@/bin/bash python3 /opt/venv/bin/mlx_lm.server --port 8081",
    "",
  ].join("\n"),
  "/etc/systemd/user/default.target.wants/notebook.service": "-> ../notebook.service",
};

/** Holds so many MiB, in a file of its own. */
function holds(mebibytes: number): string {
  return [
    `dd if=/dev/zero of=/dev/shm/$$ bs=1M count=${mebibytes} status=none`,
    "sleep infinity",
    "",
  ].join("\n");
}

function service(name: string, command: string, lines: readonly string[]): VmFiles {
  const exec = `ExecStart=@/bin/bash python3 /opt/venv/bin/${command}`;
  return unit(`${name}.service`, ["[Service]", exec, ...lines]);
}

function unit(name: string, lines: readonly string[]): VmFiles {
  return {
    [`/etc/systemd/system/${name}`]: `${lines.join("\n")}\n`,
    [`/etc/systemd/system/multi-user.target.wants/${name}`]: `-> ../${name}`,
  };
}
