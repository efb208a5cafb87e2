import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unavailable, type Available } from "./available.ts";
import { runCommand, startChild, temporaryFolder } from "./children.ts";
import { debianPackages } from "./debian.ts";
import type { Docker } from "./docker.ts";
import type { Progress } from "./progress.ts";
import { waitUntil } from "./wait-until.ts";

const set = {
  packages: ["podman", "conmon", "runc"],
  companions: /^(libgpgme|libassuan|libdevmapper|libsubid|libseccomp|libglib|libyajl)/,
};

/** Starts Podman's service on a socket of its own, for root alone; `docker` runs `podman`, which takes the same words. */
export async function startPodman(progress: Progress): Promise<Available<Docker>> {
  if (process.getuid?.() !== 0) return unavailable("Podman's service needs root");
  const debian = await debianPackages("podman", set, progress);
  if (debian.kind === "unavailable") return debian;
  const folder = temporaryFolder("podman-data");
  const socket = join(folder, "podman.sock");
  const program = (name: string) => join(debian.root, "usr", "bin", name);
  const command = program("podman");
  const env = {
    PATH: [join(debian.root, "usr", "bin"), process.env["PATH"] ?? ""].join(":"),
    LD_LIBRARY_PATH: join(debian.root, "usr", "lib", `${machine()}-linux-gnu`),
    HOME: folder,
    CONTAINERS_CONF: join(folder, "containers.conf"),
  };
  const settings = [
    "[engine]",
    `conmon_path = ["${program("conmon")}"]`,
    // A container's monitor starts Podman when it has ended: without these that would not start, and no end be told.
    `conmon_env_vars = ["PATH=${env.PATH}", "LD_LIBRARY_PATH=${env.LD_LIBRARY_PATH}"]`,
    `tmp_dir = "${join(folder, "tmp")}"`,
    `events_logfile_path = "${join(folder, "events.log")}"`,
  ];
  writeFileSync(env.CONTAINERS_CONF, `${settings.join("\n")}\n`);
  const config = join(folder, ".config", "containers");
  mkdirSync(config, { recursive: true });
  const anything = { default: [{ type: "insecureAcceptAnything" }] };
  writeFileSync(join(config, "policy.json"), JSON.stringify(anything));
  const flags = [
    ...["--root", join(folder, "store"), "--runroot", join(folder, "run")],
    ...["--storage-driver", "overlay", "--events-backend", "file"],
    // crun refuses where controllers of both versions are mounted.
    ...["--cgroup-manager", "cgroupfs", "--runtime", join(debian.root, "usr", "sbin", "runc")],
  ];
  const service = ["system", "service", "--time=0", `unix://${socket}`];
  const child = await startChild("podman", command, [...flags, ...service], { env, cwd: folder });
  // Its monitor writes a file `oom` wherever it was started.
  const run = (...args: readonly string[]) =>
    runCommand(command, [...flags, ...args], { env, cwd: folder });
  const up = await waitUntil(() => (existsSync(socket) ? true : undefined), {
    timeoutSeconds: 20,
    giveUp: () => child.ended() !== undefined,
  });
  if (up !== true) {
    const why = child.lastLines(1);
    await child.stop();
    return unavailable(`Podman's service did not start (${why})`);
  }
  const docker = async (...args: readonly string[]) => {
    const result = await run(...args);
    if (result.kind === "ok") return result.stdout.trim();
    throw new Error(`podman ${args.join(" ")}: ${result.stderr}${result.stdout}`);
  };
  const stop = async () => {
    await docker("rm", "--all", "--force", "--volumes");
    await child.stop();
    await runCommand("umount", [join(folder, "store/overlay")]);
    rmSync(folder, { recursive: true });
    removeEmptyCgroups();
  };
  return { kind: "ready", docker, socket, stop };
}

function machine(): string {
  return process.arch === "arm64" ? "aarch64" : "x86_64";
}

/** Podman leaves its parent of cgroups, with the monitors' in it. */
function removeEmptyCgroups(): void {
  const root = "/sys/fs/cgroup";
  for (const tree of ["", ...readdirSync(root)]) {
    for (const path of ["libpod_parent/conmon", "libpod_parent"]) {
      try {
        rmdirSync(join(root, tree, path));
      } catch {
        // It is not there, or not empty.
      }
    }
  }
}
