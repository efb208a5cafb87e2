import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { unavailable, type Available, type Unavailable } from "./available.ts";
import { keep } from "./cache.ts";
import { runCommand } from "./children.ts";
import { debianPackages } from "./debian.ts";
import type { Progress, Step } from "./progress.ts";
import { findPython, type Python } from "./python.ts";

/** A Python environment that can run MLX on this machine's CPU. */
export interface PythonMlx {
  readonly python: string;
  /** Where `mlx_lm.server`, `mlx_lm` and `mlx.launch` lie. */
  readonly bin: string;
}

/** Tested together; MLX's own version follows from mlx-lm's. */
const requirements = ["mlx-lm[cpu]==0.32.*", "mlx==0.32.*", "transformers==5.*"];
const oldestGlibc = [2, 35] as const;

/** Makes the venv with `mlx-lm[cpu]`, once; says in one sentence why when it cannot be had here. */
export async function preparePythonMlx(progress: Progress): Promise<Available<PythonMlx>> {
  const obstacle = platformObstacle(process.platform, process.arch, glibcVersion());
  if (obstacle !== undefined) return unavailable(obstacle);
  const found = await findPython();
  if (found.kind === "none") {
    return unavailable("there is no python3 in PATH; install Python 3.10 or newer");
  }
  if (found.kind === "too-old") {
    return unavailable(`Python ${found.version} is too old for MLX; install Python 3.10 or newer`);
  }
  const { python } = found;
  const stamp = [...requirements, python.command, python.version].join(" ");
  const kept = await keep("venv", stamp, (folder) => makeVenv(folder, python, progress));
  if (kept.kind === "unavailable") return kept;
  const bin = join(kept.folder, "bin");
  return { kind: "ready", python: join(bin, "python"), bin };
}

async function makeVenv(
  folder: string,
  python: Python,
  progress: Progress,
): Promise<Unavailable | undefined> {
  const pip = await pipFor(folder, python, progress);
  if (pip.kind === "unavailable") return pip;
  const step = progress.begin("Python packages for MLX");
  const options = [
    "--no-input",
    "--disable-pip-version-check",
    "--progress-bar",
    "off",
    "--retries",
    "2",
  ];
  const seen = new Set<string>();
  // Inside the cache: what pip leaves behind when it is interrupted goes with the next attempt.
  const scratch = join(folder, ".pip");
  mkdirSync(scratch);
  const installed = await runCommand(
    join(folder, "bin", "python"),
    // Compiling thousands of modules that no server ever imports would take longer than downloading them.
    [...pip.arguments, "install", ...options, "--no-compile", ...requirements],
    {
      env: { TMPDIR: scratch },
      onLine: (line) => {
        followPip(line, seen, step);
      },
    },
  );
  rmSync(scratch, { recursive: true, force: true });
  if (installed.kind === "failed") {
    const why = pipComplaint(installed.stderr);
    step.without();
    return unavailable(`pip could not install mlx-lm (${why})`);
  }
  step.done(`mlx-lm and ${seen.size - 1} others downloaded`);
  return undefined;
}

/**
 * How to call pip with the venv's own Python. Without ensurepip, as on a fresh Debian, the venv is made bare and
 * pip runs straight out of the wheel that Debian keeps for this purpose.
 */
async function pipFor(
  folder: string,
  python: Python,
  progress: Progress,
): Promise<Available<{ readonly arguments: readonly string[] }>> {
  const bare = python.hasEnsurepip ? [] : ["--without-pip"];
  const made = await runCommand(python.command, ["-m", "venv", ...bare, folder]);
  if (made.kind === "failed") {
    return unavailable(`python3 -m venv failed (${lastError(made.stderr || made.stdout)})`);
  }
  if (python.hasEnsurepip) return { kind: "ready", arguments: ["-m", "pip"] };
  const packages = await debianPackages("pip", { packages: ["python3-pip-whl"] }, progress);
  if (packages.kind === "unavailable") {
    return unavailable(`this Python has no ensurepip (install python3-venv), and ${packages.why}`);
  }
  const wheels = join(packages.root, "usr", "share", "python-wheels");
  const wheel = readdirSync(wheels).find((name) => /^pip-.*\.whl$/.test(name));
  if (wheel === undefined) return unavailable(`Debian's python3-pip-whl holds no wheel of pip`);
  return { kind: "ready", arguments: [join(wheels, wheel, "pip")] };
}

/** `Downloading mlx_cpu-0.32.4-….whl (38.2 MB)`, `Installing collected packages: …` */
function followPip(line: string, seen: Set<string>, step: Step): void {
  const download = /^\s*(?:Downloading|Using cached) ([A-Za-z0-9_.]+)-[^ ]+ \(([^)]+)\)/.exec(line);
  if (download !== null) {
    seen.add(download[1] ?? "");
    step.update(`${download[1] ?? ""}, ${download[2] ?? ""}`);
  } else if (line.startsWith("Installing collected")) step.update("installing");
}

/** Without a network, pip ends with the same error as for a package that does not exist; its warnings tell. */
export function pipComplaint(stderr: string): string {
  const unreachable = /^WARNING: Retrying .*(connection|resolution|timed out)/im.test(stderr);
  return unreachable ? "the Python package index cannot be reached" : lastError(stderr);
}

/** The last line pip calls an error, else its last line at all. */
export function lastError(text: string): string {
  const lines = text.trim().split("\n");
  const error = lines.findLast((line) => line.startsWith("ERROR: ")) ?? lines.at(-1) ?? "";
  return error.replace(/^ERROR: /, "").replace(/\.$/, "");
}

/** Why this kind of machine cannot run the CPU build of MLX, or undefined when it can. */
export function platformObstacle(
  platform: string,
  architecture: string,
  glibc: string | undefined,
): string | undefined {
  if (platform !== "linux") {
    return "a server is made on Linux only; start one yourself, such as mlx_lm.server, and it will be found";
  }
  if (architecture !== "x64" && architecture !== "arm64") {
    return `MLX has no build for ${architecture} processors`;
  }
  if (glibc === undefined) return "MLX needs glibc, which this Linux does not use";
  const [major = 0, minor = 0] = glibc.split(".").map(Number);
  if (major > oldestGlibc[0] || (major === oldestGlibc[0] && minor >= oldestGlibc[1]))
    return undefined;
  return `MLX needs glibc ${oldestGlibc.join(".")} or newer, and this system has ${glibc}`;
}

function glibcVersion(): string | undefined {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime;
}
