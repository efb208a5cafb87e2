import { join } from "node:path";
import { checkDocument, readText, unreadable } from "../config/document.ts";
import { outputFolders } from "../generator/generator.ts";
import type { ProfileFile } from "../generator/generator.ts";
import type { Artifact } from "../model/artifact.ts";
import type { Call } from "../model/command.ts";
import type { Files } from "../model/host.ts";
import type { Extra, Layout, RuleTarget } from "../model/plan.ts";
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

/**
 * Texts of the artifacts that exist, and of whatever else lies in the folders they go to: files that were artifacts once
 * may be among it. Nothing else is read through a link, for who follows one may end in somebody else's folder.
 */
export function readFound(
  files: Files,
  out: string,
  artifacts: readonly Artifact[],
  layout: Layout,
  targets: readonly RuleTarget[],
  extras: readonly Extra[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { path } of artifacts) {
    const read = files.read(join(out, path), mostBytes);
    if (read.kind === "read") found.set(path, read.bytes.toString("utf8"));
    else if (read.kind !== "absent") throw unreadable(read, join(out, path), "--out");
  }
  for (const folder of outputFolders(layout, targets, extras)) {
    if (leadsElsewhere(files, out, folder)) continue;
    const listing = files.list(join(out, folder));
    for (const name of listing.kind === "listed" ? [...listing.names].sort() : []) {
      const path = `${folder}/${name}`;
      if (found.has(path)) continue;
      const read = files.readOwned(join(out, path), mostBytes);
      if (read.kind === "owned") found.set(path, read.bytes.toString("utf8"));
    }
  }
  return found;
}

/** More than any file that is made; what is larger is not ours. */
const mostBytes = 64 * 1024 * 1024;

/** Whether a folder below `out`, or one above it there, is a symbolic link. */
function leadsElsewhere(files: Files, out: string, folder: string): boolean {
  const parts = folder.split("/");
  return parts.some(
    (_, index) => files.link(join(out, ...parts.slice(0, index + 1))).kind === "link",
  );
}
