import type { Artifact } from "../model/artifact.ts";
import type { Layout } from "../model/plan.ts";
import { onePerWorkload } from "./2-profile/one-per-workload.ts";
import type { ProfileFile } from "./2-profile/one-per-workload.ts";
import { compile } from "./3-compile/compile.ts";
import type { CompileOptions } from "./3-compile/compile.ts";
import { emit } from "./4-emit/emit.ts";
import { pathsOf } from "./4-emit/layout.ts";
import { compareArtifacts } from "./5-review/compare.ts";
import type { FileState } from "./5-review/compare.ts";
import { unifiedDiff } from "./5-review/unified-diff.ts";

export type { CompileOptions, FileState, ProfileFile };

/** The wing's sentence: profiles → plan → files. Pure; the command reads and writes. */
export function generate(
  files: readonly ProfileFile[],
  options: CompileOptions,
): readonly Artifact[] {
  const profiles = onePerWorkload(files);
  const plan = compile(profiles, options);
  return emit(plan);
}

/** Files as they would be made now against files as they lie on disk, by path. */
export function review(
  artifacts: readonly Artifact[],
  found: ReadonlyMap<string, string>,
): readonly FileState[] {
  return compareArtifacts(artifacts, found);
}

/** What separates a file on disk from what would be made, as lines of a unified diff; undefined is a file that is not there. */
export function difference(
  path: string,
  found: string | undefined,
  made: string | undefined,
): readonly string[] {
  return unifiedDiff(path, found, made);
}

/** Every folder that files are written to: what lies there and is not made any more must go. */
export function outputFolders(layout: Layout): readonly string[] {
  return pathsOf(layout).folders;
}
