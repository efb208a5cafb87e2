import type { Artifact } from "../model/artifact.ts";
import type { Layout, RuleTarget } from "../model/plan.ts";
import { onePerWorkload } from "./2-profile/one-per-workload.ts";
import type { ProfileFile } from "./2-profile/one-per-workload.ts";
import { advise, compile } from "./3-compile/compile.ts";
import type { Advice, CompileOptions } from "./3-compile/compile.ts";
import { emit } from "./4-emit/emit.ts";
import { pathsOf } from "./4-emit/layout.ts";
import { compareArtifacts } from "./5-review/compare.ts";
import type { FileState } from "./5-review/compare.ts";

export type { Advice, CompileOptions, FileState, ProfileFile };
/** Who is told of an alert, and which alerts keep which from being told of: as Alertmanager finds them. */
export { inhibitors, receiverOf } from "./5-review/routing.ts";

/** The wing's sentence: profiles → plan → files. Pure; the command reads and writes. */
export function generate(
  files: readonly ProfileFile[],
  options: CompileOptions,
): readonly Artifact[] {
  const profiles = onePerWorkload(files);
  const plan = compile(profiles, options);
  return emit(plan);
}

/** What the files cannot promise, for whoever makes them. */
export function advice(files: readonly ProfileFile[], options: CompileOptions): Advice {
  return advise(onePerWorkload(files), options);
}

/** Files as they would be made now against files as they lie on disk, by path. */
export function review(
  artifacts: readonly Artifact[],
  found: ReadonlyMap<string, string>,
): readonly FileState[] {
  return compareArtifacts(artifacts, found);
}

/** Where each profile has files of its own: what lies there and is not made any more must go. */
export function perProfileFiles(
  layout: Layout,
  targets: readonly RuleTarget[],
): readonly { readonly folder: string; readonly prefix: string }[] {
  return pathsOf(layout).perProfile(targets);
}
