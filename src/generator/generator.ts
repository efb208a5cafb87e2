import type { Artifact } from "../model/artifact.ts";
import type { Extra, Layout, RuleTarget } from "../model/plan.ts";
import { onePerWorkload } from "./2-profile/one-per-workload.ts";
import type { ProfileFile } from "./2-profile/one-per-workload.ts";
import { advise, compile } from "./3-compile/compile.ts";
import type { Advice, CompileOptions } from "./3-compile/compile.ts";
import { emit } from "./4-emit/emit.ts";
import { pathsOf } from "./4-emit/layout.ts";
import { compareArtifacts } from "./5-review/compare.ts";
import type { FileState } from "./5-review/compare.ts";
import { unifiedDiff } from "./5-review/unified-diff.ts";
import { partPath } from "./part-path.ts";
import { checkPlan } from "./plan-check/check-plan.ts";
import { requireSound } from "./plan-check/require-sound.ts";
import { verifiableOf } from "./verifiable.ts";
import type { Verifiable } from "./verifiable.ts";

export type { Advice, CompileOptions, FileState, ProfileFile };
/** Who is told of an alert, and which alerts keep which from being told of: as Alertmanager finds them. */
export { inhibitors } from "./5-review/routing.ts";
export { receiverOf } from "../model/routed.ts";

/** What became of profiles: files, what is not quite right about them, and what other programs can say of them. */
export interface Made {
  readonly artifacts: readonly Artifact[];
  readonly warnings: readonly string[];
  /** What the files cannot promise. */
  readonly advice: Advice;
  readonly verifiable: Verifiable;
}

/** The wing's sentence: profiles → plan → is it sound? → files. Pure; the command reads and writes. */
export function make(files: readonly ProfileFile[], options: CompileOptions): Made {
  const profiles = onePerWorkload(files);
  const plan = compile(profiles, options);
  const ofNothing = () => checkPlan(compile([], { version: options.version, layout: "tree" }));
  const warnings = requireSound(checkPlan(plan), ofNothing, partPath(plan.layout));
  const artifacts = emit(plan);
  return {
    artifacts,
    warnings,
    advice: advise(profiles, options),
    verifiable: verifiableOf(plan, artifacts),
  };
}

/** The files alone. */
export function generate(
  files: readonly ProfileFile[],
  options: CompileOptions,
): readonly Artifact[] {
  return make(files, options).artifacts;
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
export function outputFolders(
  layout: Layout,
  targets: readonly RuleTarget[],
  extras: readonly Extra[],
): readonly string[] {
  return pathsOf(layout).folders(targets, extras);
}
