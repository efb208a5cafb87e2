import type { VmFiles } from "./vm-disk.ts";

/**
 * Units that look like MLX workloads to whoever reads command lines, and are bash: `@` sets their first argument. What
 * they hold lies in /dev/shm, which counts where it was written.
 */
export const workloadFiles: VmFiles = {
  "/opt/venv/bin/mlx_lm.server": holds(64),
  "/opt/venv/bin/mlx_lm.generate": "sleep 5\ntail /dev/zero\n",
  "/opt/neighbour": holds(96),
  ...unit("models.slice", ["[Slice]", "MemoryMax=288M"]),
  ...service("chat", "mlx_lm.server --port 8080", ["Slice=models.slice", "MemoryMax=256M"]),
  ...unit("neighbour.service", [
    "[Service]",
    "Slice=models.slice",
    "ExecStart=/bin/bash /opt/neighbour",
  ]),
  ...service("batch", "mlx_lm.generate --prompt x", [
    "MemoryMax=24M",
    "Restart=always",
    "RestartSec=1",
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
