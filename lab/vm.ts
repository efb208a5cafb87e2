import { readdirSync } from "node:fs";
import { join } from "node:path";
import { unavailable, type Available } from "./available.ts";
import { startChild, temporaryFolder } from "./children.ts";
import { findExecutable } from "./find-executable.ts";
import { freePort } from "./free-port.ts";
import type { Progress } from "./progress.ts";
import { guestAddress, makeVmDisk, type VmFiles } from "./vm-disk.ts";
import { vmPackages } from "./vm-packages.ts";
import { answers } from "./wait-until.ts";

/** A machine of its own in QEMU, emulated, so that it runs wherever QEMU does: Debian with systemd and the exporter's unit. */
export interface Vm {
  /** The exporter's, forwarded from loopback. */
  readonly url: string;
  /** What the machine has written to its console. */
  console(lines?: number): string;
  stop(): Promise<void>;
}

/** Version 2 alone, as Debian has it; or version 1 with systemd's own hierarchy, as it was before. */
export type CgroupLayout = "unified" | "legacy";

const layouts: Readonly<Record<CgroupLayout, string>> = {
  unified: "systemd.unified_cgroup_hierarchy=1",
  legacy: "systemd.unified_cgroup_hierarchy=0 systemd.legacy_systemd_cgroup_controller=1",
};

/** In the guest. */
const port = 9256;

interface VmOptions {
  /** Flags of the exporter. */
  readonly flags?: readonly string[];
  /** Whether Podman is there. */
  readonly podman?: boolean;
}

/** Boots it and waits until the exporter answers. */
export async function startVm(
  files: VmFiles,
  layout: CgroupLayout,
  progress: Progress,
  { flags = [], podman = false }: VmOptions = {},
): Promise<Available<{ readonly vm: Vm }>> {
  if (process.getuid?.() !== 0) return unavailable("the files of a system belong to root");
  if (findExecutable("mkfs.ext4") === undefined) return unavailable("there is no mkfs.ext4");
  const packages = await vmPackages(progress, podman);
  if (packages.kind === "unavailable") return packages;
  const step = progress.begin(`a virtual machine with ${layout} cgroups`);
  const folder = temporaryFolder("vm");
  const given = [`--web.listen-address=${guestAddress}:${port}`, ...flags];
  const made = await makeVmDisk(
    packages,
    { "/etc/default/mlx-headroom": `ARGS="${given.join(" ")}"\n`, ...files },
    folder,
  );
  if (made.kind === "unavailable") return made;
  const forwarded = await freePort();
  const image = readdirSync(join(packages.kernel, "boot")).find((name) => /^vmlinuz/.test(name));
  const [command, ...first] = packages.qemu;
  const kernel = [
    "console=ttyS0 quiet panic=-1 root=/dev/nvme0n1 rw net.ifnames=0",
    layouts[layout],
  ];
  const args = [
    ...first,
    ...["-M", "pc", "-accel", "tcg,thread=multi", "-smp", "2", "-m", "1536", "-no-reboot"],
    ...["-kernel", join(packages.kernel, "boot", image ?? ""), "-append", kernel.join(" ")],
    ...["-drive", `file=${made.disk},format=raw,if=none,id=d,cache=unsafe`],
    ...["-device", "nvme,drive=d,serial=lab"],
    ...["-netdev", `user,id=n,restrict=on,hostfwd=tcp:127.0.0.1:${forwarded}-:${port}`],
    ...["-device", "virtio-net-pci,netdev=n,romfile="],
    ...["-display", "none", "-serial", "stdio", "-monitor", "none"],
  ];
  const child = await startChild("vm", command, args, { env: packages.env, folder });
  const url = `http://127.0.0.1:${forwarded}`;
  const up = await answers(`${url}/-/ready`, 300, () => child.ended() !== undefined);
  if (!up) {
    const why = child.lastLines(200);
    await child.stop();
    step.without();
    return unavailable(`the virtual machine did not come up:\n${why}`);
  }
  step.done();
  const vm = { url, console: (lines = 40) => child.lastLines(lines), stop: child.stop };
  return { kind: "ready", vm };
}
