import { join } from "node:path";
import { unavailable, type Available } from "./available.ts";
import { debianPackages, type PackageSet } from "./debian.ts";
import { findExecutable } from "./find-executable.ts";
import type { Progress } from "./progress.ts";

/** What a virtual machine is made of, unpacked in the cache; nothing of it is installed here. */
export interface VmPackages {
  /** Runs QEMU: a command line's beginning, and what its environment needs. */
  readonly qemu: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Folders: Debian's kernel with its modules, a system without configuration, and what is put on top of it. */
  readonly kernel: string;
  readonly system: string;
  readonly more: readonly string[];
}

/** The cloud kernel has NVMe and ext4 built in, so it needs no initramfs. */
const kernel: PackageSet = {
  packages: ["linux-image-cloud-amd64"],
  companions: /^linux-image-/,
};

const system: PackageSet = {
  packages: [
    ...["systemd", "systemd-sysv", "dbus", "dbus-user-session", "libpam-systemd", "libpam-modules"],
    ...["base-files", "base-passwd", "bash", "coreutils", "busybox-static", "util-linux", "mount"],
    // Node's.
    "libstdc++6",
  ],
  companions: /^(lib(?!elogind|perl)|dbus-(bin|daemon|session-bus-common|system-bus-common))/,
};

/** Its libraries come along, but for those that the system's own linker goes with. */
const qemu: PackageSet = {
  packages: ["qemu-system-x86"],
  companions: /^(ipxe-qemu|qemu-system-(common|data)|seabios|lib(?!c6$|c-|gcc|stdc|perl))/,
};

/** Debian's Podman, with what it runs containers with, as root and as anybody else. */
const podman: PackageSet = {
  packages: ["podman", "conmon", "crun", "uidmap", "golang-github-containers-common"],
  companions:
    /^lib(gpgme|assuan|gpg-error|devmapper|subid|seccomp|glib|yajl|pcre2|audit|selinux|semanage|sepol|bz2|cap|systemd|udev)/,
};

/** Fetches what is not in the cache: 90 MB, and 15 MB for Podman. For x86-64 alone. */
export async function vmPackages(
  progress: Progress,
  withPodman: boolean,
): Promise<Available<VmPackages>> {
  if (process.arch !== "x64") return unavailable("the virtual machine is for x86-64 alone");
  const linux = await debianPackages("vm-kernel", kernel, progress);
  if (linux.kind === "unavailable") return linux;
  const debian = await debianPackages("vm-system", system, progress);
  if (debian.kind === "unavailable") return debian;
  const more = withPodman ? await debianPackages("vm-podman", podman, progress) : undefined;
  if (more?.kind === "unavailable") return more;
  const folders = {
    kernel: linux.root,
    system: debian.root,
    more: more === undefined ? [] : [more.root],
  };
  const installed = findExecutable("qemu-system-x86_64");
  if (installed !== undefined) return { kind: "ready", qemu: [installed], env: {}, ...folders };
  const unpacked = await debianPackages("qemu", qemu, progress);
  if (unpacked.kind === "unavailable") return unpacked;
  const at = (...path: readonly string[]) => join(unpacked.root, ...path);
  const libraries = ["usr/lib", "lib"].map((folder) => at(folder, "x86_64-linux-gnu"));
  return {
    kind: "ready",
    qemu: [
      at("usr/bin/qemu-system-x86_64"),
      ...["usr/share/qemu", "usr/share/seabios", "usr/lib/ipxe/qemu"].flatMap((folder) => [
        "-L",
        at(folder),
      ]),
    ],
    env: { LD_LIBRARY_PATH: libraries.join(":") },
    ...folders,
  };
}
