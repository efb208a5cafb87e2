import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { unavailable, type Available } from "./available.ts";
import { debianPackages, type PackageSet } from "./debian.ts";
import type { Progress } from "./progress.ts";

/** A program of a release that is not the system's own, and the version its package has. */
export interface NewerProgram {
  readonly command: string;
  readonly version: string;
}

/** Programs that Debian's next releases hold in versions people run today. sid moves: print the version. */
const programs = {
  prometheus: { package: "prometheus", file: "prometheus", release: "sid" },
  promtool: { package: "promtool", file: "promtool", release: "sid" },
  alertmanager: {
    package: "prometheus-alertmanager",
    file: "prometheus-alertmanager",
    release: "sid",
  },
  amtool: { package: "prometheus-alertmanager", file: "amtool", release: "sid" },
  vmalert: { package: "victoria-metrics", file: "vmalert", release: "sid" },
  "vmalert-tool": { package: "victoria-metrics", file: "vmalert-tool", release: "sid" },
  /** bookworm's, which the system itself may not have installed. */
  "vmalert of bookworm": { package: "victoria-metrics", file: "vmalert", release: "bookworm" },
} as const;

export type NewerName = keyof typeof programs;

/** One of these programs, fetched and unpacked into the cache; nothing is installed. */
export async function newerProgram(
  name: NewerName,
  progress: Progress,
): Promise<Available<NewerProgram>> {
  const { package: from, file, release } = programs[name];
  const set: PackageSet = { packages: [from], release };
  const unpacked = await debianPackages(`${from}-${release}`, set, progress);
  if (unpacked.kind === "unavailable") return unpacked;
  const command = join(unpacked.root, "usr", "bin", file);
  if (!existsSync(command)) return unavailable(`${release}'s ${from} holds no ${file}`);
  return { kind: "ready", command, version: versionIn(unpacked.root, from) };
}

/** `victoria-metrics (1.145.0+ds1-2) unstable; …`: the programs themselves do not all say it. */
function versionIn(root: string, from: string): string {
  const log = join(root, "usr", "share", "doc", from, "changelog.Debian.gz");
  const text = existsSync(log) ? gunzipSync(readFileSync(log)).toString("utf8") : "";
  return /^\S+ \(([^)]+)\)/.exec(text)?.[1] ?? "unknown";
}
