import { profileResources, type ProfileResource } from "../../catalog/profile-resources.ts";
import { leastSamples, quantiles } from "../../model/baseline.ts";
import { amountInUnits } from "../../model/in-units.ts";
import type { Policy } from "../../model/policy.ts";
import type { Profile } from "../../model/profile.ts";
import { limitsNeeded } from "./limits-needed.ts";

/** What nobody knows of a workload, why, and what follows: a sentence each. */
export function gapsOf(profile: Profile, policy: Policy): readonly string[] {
  return [
    ...neededLimits(profile, policy),
    ...missingScenarios(profile),
    ...missingResources(profile),
    ...missingQuantiles(profile),
    ...missingFacts(profile),
  ];
}

/** A limit under which the peak itself raises an alert is known, and nothing has been done about it. */
function neededLimits(profile: Profile, policy: Policy): readonly string[] {
  return limitsNeeded([profile], policy).map(({ resource, limit, known, needed }) => {
    const whose = known === "policy" ? "that the policy names" : "under which it was recorded";
    const title = profileResources[resource].title;
    return `The limit of ${amountInUnits("bytes", limit)} of ${title} ${whose} is too low for the recorded peak, which raises MlxHeadroomLow: ${amountInUnits("bytes", needed)} are needed.`;
  });
}

const scenarios: Readonly<Record<string, string>> = {
  import: "what MLX takes without a model is not known apart from the weights",
  idle: "what it holds while nobody asks is not known",
  average: "there is no p95 of a usual day, and no band on the dashboard",
  peak: "limits are made of the other scenarios, which may hold less",
};

function missingScenarios({ figures }: Profile): readonly string[] {
  return Object.entries(scenarios)
    .filter(([name]) => figures.scenarios[name] === undefined)
    .map(([name, follows]) => `The scenario ${name} was not recorded: ${follows}.`);
}

const untold = "no recording knows it";
const withoutReporter =
  "nothing outside of the process knows it, and the reporter did not run inside";

/** Why a resource has no figure, as far as a profile tells. */
const resources = {
  memory: untold,
  cpu: untold,
  threads: untold,
  open_fds: untold,
  gpu_memory: "",
  allocator_peak: withoutReporter,
  allocator_cache: withoutReporter,
} satisfies Partial<Record<ProfileResource, string>>;

function missingResources({ figures, host }: Profile): readonly string[] {
  const recorded = Object.values(figures.scenarios);
  return (Object.keys(resources) as (keyof typeof resources)[])
    .filter((resource) => recorded.every((each) => each.resources[resource] === undefined))
    .map((resource) => {
      const why =
        resource === "gpu_memory"
          ? host?.gpus === undefined
            ? "the profile names no GPU with memory of its own"
            : `no recording knows it, although the machine has ${host.gpus.join(", ")}`
          : resources[resource];
      return `Not measured: ${profileResources[resource].title}; ${why}.`;
    });
}

function missingQuantiles({ figures }: Profile): readonly string[] {
  const takes = leastSamples(quantiles.p95);
  return Object.entries(figures.scenarios).flatMap(([name, scenario]) => {
    const without = (["memory", "gpu_memory", "cpu"] as const).filter((resource) => {
      const known = scenario.resources[resource];
      return known !== undefined && known.p95 === undefined;
    });
    if (without.length === 0) return [];
    const titles = without.map((resource) => profileResources[resource].title).join(", ");
    return [`No p95 of ${titles} in ${name}: it takes ${takes} independent samples.`];
  });
}

function missingFacts(profile: Profile): readonly string[] {
  const { model, versions = {}, host = {}, recordings, components, figures } = profile;
  const marked = Object.values(figures.scenarios).some(
    (scenario) => scenario.resources.memory?.kernelPeak !== undefined,
  );
  const which = [
    ...(model === undefined ? ["the model"] : []),
    ...(versions.mlx === undefined ? ["the version of MLX"] : []),
  ];
  return [
    ...(which.length === 0
      ? []
      : [
          `The profile does not name ${which.join(" or ")}: MlxBaselineMismatch cannot tell when it is another.`,
        ]),
    ...(host.memoryBytes === undefined
      ? ["The profile does not name the memory of its host: whether limits fit there is not known."]
      : []),
    ...(marked
      ? []
      : [
          "The kernel's own high-water mark is not in it: one between two samples may have been missed.",
        ]),
    ...(components?.unknown === undefined
      ? []
      : [`Of what memory is made of these are not known: ${components.unknown.join(", ")}.`]),
    ...(recordings === undefined
      ? ["The profile names no recordings: what it was made of cannot be looked up."]
      : []),
  ];
}
