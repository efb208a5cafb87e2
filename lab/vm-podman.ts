import type { VmFiles } from "./vm-disk.ts";

/** Who runs containers in the virtual machine: root, and a user with an own manager of units. */
export const owners = ["root", "ann"] as const;
type Owner = (typeof owners)[number];

/** Where each one's service of Podman listens, as Debian has it. */
export const podmanSockets: Readonly<Record<Owner, string>> = {
  root: "/run/podman/podman.sock",
  ann: "/run/user/1000/podman/podman.sock",
};

/** The limit of each container. */
export const containerBytes = 40 * 1024 ** 2;

const managers = {
  root: { manager: "system", target: "multi-user" },
  ann: { manager: "user", target: "default" },
} as const;

/**
 * Two containers of each owner, whose label names the workload: `OWNER-chat` stays, and `OWNER-batch` outgrows its limit
 * now and then, for which the kernel kills a program called `eat-OWNER`. Their files are the machine's own, below folders
 * that are empty otherwise: there is no network to fetch an image from.
 */
export const podmanFiles: VmFiles = {
  "/opt/venv/bin/mlx_lm.server": "sleep infinity\n",
  // Long enough to be found and named, however slow the machine is; and starting a container takes it half a minute.
  "/opt/venv/bin/mlx_lm.generate": 'sleep 45\n"/opt/eat/eat-$1" /dev/zero\n',
  "/opt/in-container": `#!/bin/bash
# in-container OWNER chat|batch
name=$1-$2
what=(mlx_lm.server --port 8080)
if [ "$2" = batch ]; then what=(mlx_lm.generate "$1"); fi
mkdir -p "$HOME/bare-$name"/{usr,opt,proc,sys,dev,etc,run,tmp,var}
for folder in bin sbin lib lib64; do ln -sfn usr/$folder "$HOME/bare-$name/$folder"; done
exec podman run --replace --rm --name "$name" --label "mlx-headroom.workload=$name" --memory ${containerBytes} \\
  --network none --log-driver none --volume /usr:/usr:ro --volume /opt:/opt:ro --rootfs "$HOME/bare-$name" \\
  /bin/bash -c 'exec -a python3 /bin/bash "/opt/venv/bin/$0" "$@"' "\${what[@]}"
`,
  "/etc/containers/storage.conf": `[storage]
driver = "vfs"
runroot = "/run/containers/storage"
graphroot = "/var/lib/containers/storage"
`,
  "/etc/subuid": "ann:100000:65536\n",
  "/etc/subgid": "ann:100000:65536\n",
  "/var/lib/systemd/linger/ann": "",
  "/etc/systemd/system/podman.socket.d/group.conf": "[Socket]\nSocketGroup=podman\n",
  // The groups of both sockets, and the sight of /run/user.
  "/etc/systemd/system/mlx-headroom.service.d/podman.conf":
    "[Service]\nSupplementaryGroups=podman ann\nProtectHome=no\n",
  ...filesOf("root"),
  ...filesOf("ann"),
};

function filesOf(owner: Owner): VmFiles {
  const { manager, target } = managers[owner];
  const at = `/etc/systemd/${manager}`;
  const service = (kind: string) =>
    [
      "[Unit]",
      "After=podman.service",
      "[Service]",
      `ExecStart=/opt/in-container ${owner} ${kind}`,
      "Restart=always",
      "RestartSec=15",
      ...(owner === "root" ? ["Environment=HOME=/root"] : []),
      "",
    ].join("\n");
  return {
    [`/opt/eat/eat-${owner}`]: "-> /usr/bin/tail",
    [`${at}/sockets.target.wants/podman.socket`]: `-> /usr/lib/systemd/${manager}/podman.socket`,
    [`${at}/${target}.target.wants/podman.service`]: `-> /usr/lib/systemd/${manager}/podman.service`,
    // It would end when nobody asks for five seconds, which is nothing here.
    [`${at}/podman.service.d/stay.conf`]:
      "[Service]\nExecStart=\nExecStart=/usr/bin/podman system service --time=0\n",
    ...Object.fromEntries(
      ["chat", "batch"].flatMap((kind) => [
        [`${at}/${owner}-${kind}.service`, service(kind)],
        [`${at}/${target}.target.wants/${owner}-${kind}.service`, `-> ../${owner}-${kind}.service`],
      ]),
    ),
  };
}
