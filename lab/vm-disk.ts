import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { unavailable, type Available } from "./available.ts";
import { runCommand } from "./children.ts";
import { repository } from "./repository.ts";
import type { VmPackages } from "./vm-packages.ts";

/** What stands on the disk besides Debian, Node and the exporter: path and text; a program begins with `#!`. */
export type VmFiles = Readonly<Record<string, string>>;

/** Where the guest's one address is; QEMU forwards to it. */
export const guestAddress = "10.0.2.15";

/** Sparse. */
const megabytes = 900;
const home = "usr/local/lib/node_modules/mlx-headroom";

/** Makes a disk that boots: packages as they are unpacked, and by hand what their scripts would have configured. */
export async function makeVmDisk(
  packages: VmPackages,
  files: VmFiles,
  folder: string,
): Promise<Available<{ readonly disk: string }>> {
  const root = join(folder, "root");
  for (const folder of [packages.system, ...packages.more])
    cpSync(folder, root, { recursive: true, verbatimSymlinks: true });
  mergeIntoUsr(root);
  copyModules(packages.kernel, root);
  copyExporter(root);
  const masters = join(root, "usr/share/base-passwd");
  const accounts = {
    "/etc/passwd": `${readFileSync(join(masters, "passwd.master"), "utf8")}${accountLines("passwd")}`,
    "/etc/group": `${readFileSync(join(masters, "group.master"), "utf8")}${accountLines("group")}`,
  };
  for (const [path, text] of Object.entries({ ...accounts, ...configuration, ...files })) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    if (text.startsWith("-> ")) symlinkSync(text.slice(3), target);
    else writeFileSync(target, text);
    if (text.startsWith("#!")) chmodSync(target, 0o755);
  }
  const disk = join(folder, "disk.img");
  const made = await runCommand("mkfs.ext4", ["-q", "-d", root, disk, `${megabytes}M`]);
  rmSync(root, { recursive: true });
  return made.kind === "ok"
    ? { kind: "ready", disk }
    : unavailable(`the disk could not be made (${made.stderr.trim()})`);
}

/** Packages hold /bin and /usr/bin apart, and /var/run as a folder; an installed system has one of each. */
function mergeIntoUsr(root: string): void {
  rmSync(join(root, "var/run"), { recursive: true });
  symlinkSync("/run", join(root, "var/run"));
  for (const name of ["bin", "sbin", "lib", "lib64"]) {
    const old = join(root, name);
    if (existsSync(old)) {
      cpSync(old, join(root, "usr", name), { recursive: true, verbatimSymlinks: true });
      rmSync(old, { recursive: true });
    }
    symlinkSync(`usr/${name}`, old);
  }
}

/** Those of the network card: the kernel has everything else built in. */
function copyModules(kernel: string, root: string): void {
  const [version = ""] = readdirSync(join(kernel, "lib/modules"));
  mkdirSync(join(root, "usr/lib/lab"));
  for (const path of networkModules) {
    const name = path.split("/").at(-1) ?? "";
    copyFileSync(
      join(kernel, "lib/modules", version, "kernel", path),
      join(root, "usr/lib/lab", name),
    );
  }
}

const networkModules = [
  ...["virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci"].map(
    (name) => `drivers/virtio/${name}.ko`,
  ),
  "net/core/failover.ko",
  "drivers/net/net_failover.ko",
  "drivers/net/virtio_net.ko",
];

/** As npm would install it, without what is optional, and the Node that runs this. */
function copyExporter(root: string): void {
  copyFileSync(process.execPath, join(root, "usr/bin/node"));
  const lock = JSON.parse(readFileSync(join(repository, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly dev?: true; readonly optional?: true }>>;
  };
  const needed = Object.entries(lock.packages).flatMap(([path, { dev, optional }]) =>
    path !== "" && !dev && !optional ? [path] : [],
  );
  for (const path of ["dist", "package.json", ...needed])
    cpSync(join(repository, path), join(root, home, path), { recursive: true });
  mkdirSync(join(root, "usr/local/bin"), { recursive: true });
  symlinkSync(`/${home}/dist/bin.js`, join(root, "usr/local/bin/mlx-headroom"));
  cpSync(
    join(repository, "deploy/mlx-headroom.service"),
    join(root, "etc/systemd/system/mlx-headroom.service"),
    { recursive: true },
  );
}

function accountLines(file: "passwd" | "group"): string {
  return [
    ["messagebus", 101],
    ["podman", 102],
    ["ann", 1000],
  ]
    .map(([name, id]) =>
      file === "group" ? `${name}:x:${id}:\n` : `${name}:x:${id}:${id}::/tmp:/bin/bash\n`,
    )
    .join("");
}

const wanted = "/etc/systemd/system/multi-user.target.wants";

/** What the packages' scripts, or whoever sets a machine up, would have written. */
const configuration: VmFiles = {
  "/etc/hostname": "vm\n",
  "/etc/machine-id": `${"0123456789abcdef".repeat(2)}\n`,
  "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
  "/etc/systemd/system/default.target": "-> /usr/lib/systemd/system/multi-user.target",
  "/etc/systemd/system/serial-getty@ttyS0.service": "-> /dev/null",
  "/etc/systemd/system/getty@tty1.service": "-> /dev/null",
  "/etc/pam.d/other": ["auth", "account", "password", "session"]
    .map((kind) => `${kind} required pam_permit.so\n`)
    .join(""),
  "/etc/pam.d/systemd-user":
    "account required pam_permit.so\nsession required pam_permit.so\nsession optional pam_systemd.so\n",
  "/etc/systemd/system/network-up.service": [
    "[Unit]",
    "Before=network.target",
    "[Service]",
    "Type=oneshot",
    "RemainAfterExit=yes",
    "ExecStart=/usr/local/sbin/network-up",
    "StandardOutput=journal+console",
    "",
  ].join("\n"),
  [`${wanted}/network-up.service`]: "-> ../network-up.service",
  [`${wanted}/mlx-headroom.service`]: "-> ../mlx-headroom.service",
  // What goes wrong while it starts is seen on the console.
  "/etc/systemd/system/user@.service.d/console.conf": "[Service]\nStandardError=journal+console\n",
  "/usr/local/sbin/network-up": [
    "#!/bin/busybox sh",
    ...networkModules.map((path) => `busybox insmod /usr/lib/lab/${path.split("/").at(-1) ?? ""}`),
    "busybox ifconfig lo 127.0.0.1",
    `busybox ifconfig eth0 ${guestAddress}`,
    "",
  ].join("\n"),
};
