import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unavailable, type Available, type Unavailable } from "./available.ts";
import { cacheFolder, keep, locked } from "./cache.ts";
import { runCommand } from "./children.ts";
import { complaint, parseDepends, parseUris } from "./apt-output.ts";
import { environment, sourcesOf, writeSettings } from "./apt-settings.ts";
import { findExecutable } from "./find-executable.ts";
import type { Progress } from "./progress.ts";
import { seconds } from "./progress.ts";

const listsGoodForMs = 24 * 3600 * 1000;

/** What to fetch. `companions` selects which of their dependencies come along. */
export interface PackageSet {
  readonly packages: readonly string[];
  readonly companions?: RegExp;
  /** A release that is not the system's own, such as sid. What it needs of the system may be newer than what is there. */
  readonly release?: string;
}

/**
 * Debian packages, of the system's own release unless told otherwise, unpacked into a folder of the cache, whoever asks. Not
 * `apt-get install`: that needs root, changes the machine, and would start Prometheus and Alertmanager as services
 * on every address. apt-get gets state and cache folders of its own here, so its lists stay untouched as well.
 */
export async function debianPackages(
  name: string,
  set: PackageSet,
  progress: Progress,
): Promise<Available<{ readonly root: string }>> {
  if (findExecutable("apt-get") === undefined || findExecutable("dpkg") === undefined) {
    return unavailable("this machine has no apt-get, so Debian's packages cannot be fetched");
  }
  const stamp = [...set.packages, set.companions?.source ?? "", set.release ?? ""].join(" ");
  const kept = await keep(`debian/${name}`, stamp, (folder) => fetchInto(folder, set, progress));
  return kept.kind === "ready" ? { kind: "ready", root: kept.folder } : kept;
}

async function fetchInto(
  folder: string,
  set: PackageSet,
  progress: Progress,
): Promise<Unavailable | undefined> {
  const { release } = set;
  const apt = join(cacheFolder, release === undefined ? "apt" : `apt-${release}`);
  return locked(apt, async () => {
    const sources = release === undefined ? undefined : await sourcesOf(release);
    if (release !== undefined && sources === undefined) {
      return unavailable(`this system's packages are not from Debian, so ${release} is not known`);
    }
    writeSettings(apt, sources);
    const usable = hasFreshLists(apt) ? undefined : await refreshLists(apt, progress);
    if (usable !== undefined) return usable;
    const problem = await downloadAndUnpack(apt, folder, set, progress);
    if (problem === undefined || refreshed.has(apt)) return problem;
    // The archive drops a version as soon as it has a newer one, so lists of this morning can be too old.
    return (await refreshLists(apt, progress)) ?? downloadAndUnpack(apt, folder, set, progress);
  });
}

function hasFreshLists(apt: string): boolean {
  const stamp = statSync(join(apt, "refreshed"), { throwIfNoEntry: false });
  return stamp !== undefined && Date.now() - stamp.mtimeMs < listsGoodForMs;
}

/** Once per run: an archive that cannot be reached now is not asked again for the next package. */
const refreshed = new Map<string, Promise<Unavailable | undefined>>();

async function refreshLists(apt: string, progress: Progress): Promise<Unavailable | undefined> {
  const refreshing = refreshed.get(apt) ?? updateLists(apt, progress);
  refreshed.set(apt, refreshing);
  return refreshing;
}

async function updateLists(apt: string, progress: Progress): Promise<Unavailable | undefined> {
  const step = progress.begin("Debian's package lists");
  const update = await runCommand("apt-get", ["-q", "update"], { env: environment(apt) });
  // apt-get update is content with old lists or none when it cannot reach anything, so its exit code says nothing.
  if (!readdirSync(join(apt, "lists")).some((file) => /_Packages(\.|$)/.test(file))) {
    step.without();
    const why = complaint(update.stderr) ?? "apt-get update brought none";
    return unavailable(`Debian's package lists could not be fetched (${why})`);
  }
  writeFileSync(join(apt, "refreshed"), "");
  step.done();
  return undefined;
}

async function downloadAndUnpack(
  apt: string,
  folder: string,
  set: PackageSet,
  progress: Progress,
): Promise<Unavailable | undefined> {
  const env = environment(apt);
  const depends = ["depends", "--recurse", "--no-recommends", "--no-suggests", "--no-enhances"];
  const closure = await runCommand("apt-cache", [...depends, ...set.packages], { env });
  const wanted = withCompanions(parseDepends(closure.stdout), set);
  const missing = set.packages.find((name) => !wanted.includes(name));
  if (missing !== undefined) return unavailable(`Debian's archive has no package ${missing}`);

  const began = performance.now();
  const step = progress.begin(`Debian's ${set.packages.join(", ")}`);
  const archives = join(folder, ".archives");
  mkdirSync(archives, { recursive: true });
  const uris = await runCommand("apt-get", ["download", "--print-uris", ...wanted], { env });
  const plan = parseUris(uris.stdout);
  const megabytes = plan.reduce((sum, item) => sum + item.bytes, 0) / 1e6;
  step.update(`downloading ${megabytes.toFixed(1)} MB`);
  const download = await runCommand("apt-get", ["-q", "download", ...wanted], {
    env,
    cwd: archives,
  });
  if (download.kind === "failed") {
    const why = complaint(download.stderr) ?? "apt-get download failed";
    step.without();
    return unavailable(`Debian's ${set.packages.join(", ")} could not be downloaded (${why})`);
  }
  const downloaded = seconds(performance.now() - began);
  step.update("unpacking");
  for (const file of readdirSync(archives)) {
    const unpack = await runCommand("dpkg", ["-x", join(archives, file), folder]);
    if (unpack.kind === "failed") {
      step.without();
      return unavailable(`${file} could not be unpacked (${unpack.stderr.trim()})`);
    }
  }
  rmSync(archives, { recursive: true });
  const version = plan.find((item) => item.name === set.packages[0])?.version ?? "";
  step.done(`${version}, ${megabytes.toFixed(1)} MB downloaded in ${downloaded}`);
  return undefined;
}

/** The packages that exist, and of their dependencies those that were asked for, and of those again. */
function withCompanions(
  depends: ReadonlyMap<string, readonly string[]>,
  set: PackageSet,
): readonly string[] {
  const wanted = new Set(set.packages.filter((name) => depends.has(name)));
  // A set hands out what is added while it is walked.
  for (const name of wanted) {
    for (const other of depends.get(name) ?? []) {
      if (depends.has(other) && set.companions?.test(other)) wanted.add(other);
    }
  }
  return [...wanted];
}
