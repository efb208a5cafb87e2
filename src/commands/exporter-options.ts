import { labelFlags, labelOptions } from "./label-options.ts";
import { defaultCollectors } from "../catalog/collectors.ts";
import { loadConfig } from "../config/load.ts";
import type { ExporterOptions } from "../exporter/exporter.ts";
import type { Call, Option } from "../model/command.ts";
import type { Host, Roots } from "../model/host.ts";
import { UserError } from "../model/user-error.ts";
import type { WorkloadRule } from "../model/workload-rule.ts";

/** Flags of every command that looks at processes. */
export const exporterFlags = {
  "config.file": {
    type: "string",
    value: "FILE",
    help: "YAML that names workloads and says which must be running; see docs/config.md.",
  },
  "path.procfs": {
    type: "string",
    value: "DIR",
    default: "/proc",
    help: "Linux only: where procfs is mounted.",
  },
  "path.sysfs": {
    type: "string",
    value: "DIR",
    default: "/sys",
    help: "Linux only: where sysfs is mounted.",
  },
  "path.rootfs": {
    type: "string",
    value: "DIR",
    default: "/",
    help: "Linux only: where to find etc/passwd for user names.",
  },
  "allocator.path": {
    type: "string",
    value: "DIR",
    multiple: true,
    help: "Where processes under the reporter report of MLX's allocator, as MLX_HEADROOM_REPORT_DIR says it to them; instead of /run/mlx-headroom and /run/user/UID/mlx-headroom, on macOS /var/run/mlx-headroom and Library/Caches/mlx-headroom. May be given several times.",
  },
  "nvidia.library-path": {
    type: "string",
    value: "FILE",
    help: "Linux only: NVIDIA's management library, where it is not libnvidia-ml.so.1 as the linker finds it.",
  },
  ...labelFlags,
  "containers.socket": {
    type: "string",
    value: "PATH",
    multiple: true,
    help: "Linux only: the socket of a container engine, Docker or Podman, to ask for names and labels of containers; it permits everything on the machine, see docs/containers.md. Without --collector.containers, too. May be given several times.",
  },
  "discover.max-processes": {
    type: "string",
    value: "N",
    default: "256",
    help: "At most this many MLX processes; the oldest are kept.",
  },
  "discover.max-workloads": {
    type: "string",
    value: "N",
    default: "64",
    help: "At most this many workloads; the oldest are kept.",
  },
} as const satisfies Record<string, Option>;

/** Reads those flags, and the config they name. */
export function exporterOptions(command: string, call: Call, host: Host): ExporterOptions {
  const text = (name: string) => call.options[name] as string;
  if (host.platform !== "linux" && host.platform !== "darwin")
    throw new UserError("unsupported-platform", { platform: host.platform });
  const roots: Roots = {
    procfs: withoutSlash(text("path.procfs")),
    sysfs: withoutSlash(text("path.sysfs")),
    rootfs: withoutSlash(text("path.rootfs")),
  };
  const reportFolders = pathsOf(command, call, "allocator.path", "folder");
  const engineSockets = pathsOf(command, call, "containers.socket", "path");
  const nvidiaLibrary = call.options["nvidia.library-path"];
  return {
    roots,
    ...(typeof nvidiaLibrary === "string" && { nvidiaLibrary }),
    ...(reportFolders !== undefined && { reportFolders }),
    labelNames: labelOptions(command, call),
    ...(engineSockets !== undefined && {
      engineSockets,
      collectors: new Set([...defaultCollectors, "containers"]),
    }),
    rules: ruleLoader(call, host)?.() ?? [],
    maxProcesses: positive(command, call, "discover.max-processes"),
    maxWorkloads: positive(command, call, "discover.max-workloads"),
  };
}

/** Why no process at all can be seen. */
export function nothingToSee({ platform }: Host, { procfs }: Roots): UserError {
  return platform === "darwin"
    ? new UserError("no-ps")
    : new UserError("no-procfs", { path: procfs });
}

/** Reads the rules of the config file, as often as it is called; absent without a config file. */
export function ruleLoader(call: Call, host: Host): (() => readonly WorkloadRule[]) | undefined {
  const file = call.options["config.file"];
  return typeof file === "string" ? () => loadConfig(host.files, file).workloads : undefined;
}

/** The values of a flag that takes folders or other paths; absent when it is not given. */
function pathsOf(
  command: string,
  call: Call,
  flag: string,
  what: "folder" | "path",
): readonly string[] | undefined {
  const paths = call.options[flag] as readonly string[] | undefined;
  const relative = paths?.find((path) => !path.startsWith("/"));
  if (relative !== undefined) {
    const detail = `--${flag} takes a ${what} from the root on, not '${relative}'.`;
    throw new UserError("bad-usage", { command, detail });
  }
  return paths?.map(withoutSlash);
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, "");
}

/** The value of a flag that takes a number from 1. */
export function positive(command: string, call: Call, flag: string): number {
  const text = call.options[flag] as string;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UserError("bad-usage", {
    command,
    detail: `--${flag} takes a number from 1, not '${text}'.`,
  });
}
