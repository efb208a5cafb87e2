import { compile } from "../../src/generator/3-compile/compile.ts";
import { compileLimits } from "../../src/generator/3-compile/limits.ts";
import { pathsOf } from "../../src/generator/4-emit/layout.ts";
import { emitLimits } from "../../src/generator/4-emit/limits.ts";
import { defaultPolicy, type Policy } from "../../src/model/policy.ts";
import type { Profile } from "../../src/model/profile.ts";
import { exampleFiles } from "./profile-document.ts";

export const examples = exampleFiles.map(({ profile }) => profile);

const plan = compile([], {
  version: "0",
  layout: "tree",
  limits: true,
  policy: defaultPolicy,
});

/** The manifests of some workloads' limits by their paths, without all else that a tree has: rules take seconds. */
export function limitManifests(
  profiles: readonly Profile[],
  policy: Policy,
): ReadonlyMap<string, string> {
  const limits = profiles.map((profile) => {
    const slug = profile.workload.toLowerCase().replaceAll(":", "-");
    return compileLimits(profile, slug, policy, profiles);
  });
  const made = emitLimits({ ...plan, limits }, pathsOf("tree"));
  return new Map(made.map(({ path, text }) => [path, text]));
}
