import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { unavailable, type Available } from "./available.ts";
import { runCommand, startChild, temporaryFolder } from "./children.ts";
import { debianPackages } from "./debian.ts";
import type { Progress } from "./progress.ts";
import { waitUntil } from "./wait-until.ts";

/** A Docker Engine of our own: Debian's, unpacked and not installed, with its own socket, folder and no bridge. */
export interface Docker {
  /** Runs `docker` with these arguments and gives its output, trimmed; an error tells what it said. */
  readonly docker: (...args: readonly string[]) => Promise<string>;
  /** The path of its socket. */
  readonly socket: string;
  /** Ends the engine and what it runs, and removes what both left behind. */
  readonly stop: () => Promise<void>;
}

const set = {
  packages: ["docker.io", "containerd", "runc"],
  companions: /^(libnftnl11|libnetfilter|libip6tc|libip4tc|libnfnetlink|libdevmapper|iptables$)/,
};

/** Of the next release, which does not move, as sid does; its runc would need its C library. */
const newerSet = { packages: ["docker.io", "docker-cli", "containerd"], release: "trixie" };

/** Starts the engine of the system's own release, for root alone. */
export async function startDocker(progress: Progress): Promise<Available<Docker>> {
  if (process.getuid?.() !== 0) return unavailable("a Docker Engine needs root");
  const debian = await debianPackages("docker", set, progress);
  return debian.kind === "ready" ? startEngine([debian.root], {}) : debian;
}

/** Starts a newer one, which is made to refuse every version of its API before 1.44, as Docker 29 does by itself. */
export async function startNewerDocker(progress: Progress): Promise<Available<Docker>> {
  if (process.getuid?.() !== 0) return unavailable("a Docker Engine needs root");
  const debian = await debianPackages("docker", set, progress);
  if (debian.kind === "unavailable") return debian;
  const newer = await debianPackages("docker-trixie", newerSet, progress);
  if (newer.kind === "unavailable") return newer;
  return startEngine([newer.root, debian.root], { DOCKER_MIN_API_VERSION: "1.44" });
}

/** `roots` are where packages were unpacked: a program is that of the first one which has it. */
async function startEngine(
  roots: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<Available<Docker>> {
  const folder = temporaryFolder("docker-data");
  const path = join(folder, "docker.sock");
  const socket = `unix://${path}`;
  const programs = roots.flatMap((root) => [join(root, "usr/sbin"), join(root, "usr/bin")]);
  const libraries = roots.map((root) => join(root, "usr/lib", `${machine()}-linux-gnu`));
  const env = {
    ...variables,
    PATH: [...programs, process.env["PATH"] ?? ""].join(":"),
    LD_LIBRARY_PATH: libraries.join(":"),
    DOCKER_HOST: socket,
    DOCKER_CONFIG: folder,
    DOCKER_BUILDKIT: "0",
  };
  const program = (name: string) =>
    programs.map((path) => join(path, name)).find((path) => existsSync(path)) ?? name;
  const child = await startChild("docker", program("dockerd"), flags(), { env });
  const command = program("docker");
  const up = await waitUntil(
    async () => ((await runCommand(command, ["info"], { env })).kind === "ok" ? true : undefined),
    { timeoutSeconds: 20, giveUp: () => child.ended() !== undefined },
  );
  if (up !== true) {
    const why = child.lastLines(1);
    await child.stop();
    return unavailable(`the Docker Engine did not start (${why})`);
  }
  const docker = async (...args: readonly string[]) => {
    const result = await runCommand(command, args, { env });
    if (result.kind === "ok") return result.stdout.trim();
    throw new Error(`docker ${args.join(" ")}: ${result.stderr}${result.stdout}`);
  };
  const stop = async () => {
    const containers = (await docker("ps", "--all", "--quiet")).split("\n").filter(Boolean);
    if (containers.length > 0) await docker("rm", "--force", "--volumes", ...containers);
    await child.stop();
    // It leaves the host's network namespace mounted there.
    await runCommand("umount", [join(folder, "exec/netns/default")]);
    rmSync(folder, { recursive: true });
    removeEmptyCgroups();
  };
  return { kind: "ready", docker, socket: path, stop };

  function flags(): readonly string[] {
    return [
      ...["--host", socket],
      ...["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec")],
      ...["--pidfile", join(folder, "docker.pid"), "--storage-driver", "overlay2"],
      ...["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false"],
      // The newer one asks for its program otherwise, and nothing here is forwarded.
      "--userland-proxy=false",
      // Root of a container itself may not raise the limit to what Docker asks for.
      ...["--default-ulimit", "nofile=1024:1024"],
    ];
  }
}

function machine(): string {
  return process.arch === "arm64" ? "aarch64" : "x86_64";
}

/** The engine leaves `/docker` in each tree of cgroups; another engine's has children, and stays. */
function removeEmptyCgroups(): void {
  const root = "/sys/fs/cgroup";
  for (const tree of ["", ...readdirSync(root)]) {
    try {
      rmdirSync(join(root, tree, "docker"));
    } catch {
      // It is not there, or not empty.
    }
  }
}
