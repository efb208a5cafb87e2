import type { ProfileResource } from "../catalog/profile-resources.ts";
import type { Artifact } from "../model/artifact.ts";
import type { Baseline } from "../model/baseline.ts";
import { profileJsonSchema } from "../model/profile.ts";
import type { Run } from "../model/run.ts";
import { createRecordingParser } from "./2-profile/parse-recording.ts";
import { profileOf } from "./2-profile/profile-of.ts";
import { slugs } from "./3-compile/slug.ts";
import { explainResource } from "./4-emit/profile-explain.ts";
import { profileYaml, schemaFile } from "./4-emit/profile-yaml.ts";
import { reportPage } from "./4-emit/report-page.ts";

export { createRecordingParser, profileOf };
export type ProfileBaseline = Baseline<ProfileResource>;
export type ProfileRun = Run<ProfileResource>;

/** The name of a workload's profile, below the folder of profiles. */
export function profileFile(workload: string): string {
  return `${slugs([workload]).get(workload) ?? workload}.yaml`;
}

/** A profile as files: itself, and the schema that its first line names. */
export function profileArtifacts(baseline: ProfileBaseline, version: string): readonly Artifact[] {
  const { workload } = baseline.profile;
  return [
    { path: profileFile(workload), text: profileYaml(baseline.profile, version) },
    { path: schemaFile, text: profileJsonSchema() },
  ];
}

/** How every number of a resource came to be, as text. */
export function explainProfile(baseline: ProfileBaseline, resource: ProfileResource): string {
  return explainResource(baseline, resource);
}

/** One page with plots of every recording. */
export function profileReport(baseline: ProfileBaseline, version: string): string {
  return reportPage(baseline, version);
}
