import { join } from "node:path";
import { checkDocument, readText, unreadable } from "../config/document.ts";
import { perProfileFiles } from "../generator/generator.ts";
import type { ProfileFile } from "../generator/generator.ts";
import type { Artifact } from "../model/artifact.ts";
import type { Call } from "../model/command.ts";
import type { Files } from "../model/host.ts";
import type { Layout, RuleTarget } from "../model/plan.ts";
import { profileSchema } from "../model/profile.ts";

/** Where profiles are looked for when nothing was said. */
export const defaultProfiles = "profiles";

/** In the order of their names, so that the output does not depend on the file system. */
export function readProfiles(files: Files, given: Call["options"][string]): readonly ProfileFile[] {
  const folder = typeof given === "string" ? given : defaultProfiles;
  const listing = files.list(folder);
  if (listing.kind === "absent" && given === undefined) return [];
  if (listing.kind !== "listed") throw unreadable(listing, folder, "--profiles");
  return listing.names
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const text = readText(files, path, "--profiles");
      return { path, profile: checkDocument(path, text, profileSchema) };
    });
}

/** Texts of the artifacts that exist, and of files that were artifacts once. */
export function readFound(
  files: Files,
  out: string,
  artifacts: readonly Artifact[],
  layout: Layout,
  targets: readonly RuleTarget[],
): ReadonlyMap<string, string> {
  const once = perProfileFiles(layout, targets).flatMap(({ folder, prefix }) => {
    const listing = files.list(join(out, folder));
    const names = listing.kind === "listed" ? listing.names : [];
    return names
      .filter((name) => name.startsWith(prefix) && /\.ya?ml$/.test(name))
      .sort()
      .map((name) => `${folder}/${name}`);
  });
  const found = new Map<string, string>();
  for (const path of [...artifacts.map((artifact) => artifact.path), ...once]) {
    const read = files.read(join(out, path));
    if (read.kind === "read") found.set(path, read.bytes.toString("utf8"));
    else if (read.kind !== "absent") throw unreadable(read, join(out, path), "--out");
  }
  return found;
}
