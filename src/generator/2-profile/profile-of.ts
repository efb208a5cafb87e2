import type { ProfileResource } from "../../catalog/profile-resources.ts";
import type { Baseline } from "../../model/baseline.ts";
import type { Profile } from "../../model/profile.ts";
import type { Run } from "../../model/run.ts";
import { componentsOf } from "./components.ts";
import { environmentOf } from "./environment.ts";
import { gradeOfAll } from "./grade.ts";
import { phasesOf } from "./phases.ts";
import { scenarioOf } from "./scenario.ts";

/** Runs of one workload → its profile. Pure, and the same for runs in any order. Undefined when none holds a sample. */
export function profileOf(
  workload: string,
  given: readonly Run<ProfileResource>[],
): Baseline<ProfileResource> | undefined {
  const runs = given
    .filter(({ seconds }) => seconds.length > 0)
    .toSorted((a, b) => a.header.started - b.header.started || compare(a.name, b.name));
  const newest = runs.at(-1);
  if (newest === undefined) return undefined;
  const made = scenarioNames(runs).flatMap((name) => {
    const own = runs.filter(({ header }) => header.scenario === name);
    return (
      scenarioOf(
        name,
        own.map((run) => ({ run, phases: phasesOf(run) })),
      ) ?? []
    );
  });
  const scenarios = Object.fromEntries(
    made.map(({ scenario, workings }) => [workings.name, scenario]),
  );
  const headers = runs.map(({ header }) => header);
  const { environment, mixed } = environmentOf(headers);
  const confidence = Object.fromEntries(
    made.map(({ scenario, workings }) => [
      workings.name,
      { grade: scenario.grade ?? "C", why: scenario.why ?? "" },
    ]),
  );
  const profile: Profile = {
    apiVersion: "mlx-headroom/v1alpha1",
    kind: "Profile",
    workload,
    recorded: new Date(newest.header.started * 1000).toISOString().slice(0, 10),
    ...gradeOfAll(confidence, mixed),
    ...environment,
    components: componentsOf(scenarios, headers),
    figures: { per: "process", of: "largest", scenarios },
    recordings: runs.map(recordingOf),
  };
  return { profile, scenarios: made.map(({ workings }) => workings) };
}

const firstScenarios = ["import", "idle", "average", "peak"];

/** From the least load to the most, and then the edges by name. */
function scenarioNames(runs: readonly Run[]): readonly string[] {
  const names = new Set(runs.map(({ header }) => header.scenario));
  const edges = [...names].filter((name) => !firstScenarios.includes(name)).sort();
  return [...firstScenarios.filter((name) => names.has(name)), ...edges];
}

function recordingOf({
  name,
  header,
  seconds,
  complete,
}: Run): NonNullable<Profile["recordings"]>[number] {
  const { scenario, source, started } = header;
  return {
    file: name,
    scenario,
    started: new Date(started * 1000).toISOString().replace(/\.\d+Z$/, "Z"),
    source,
    seconds: Math.round((seconds.at(-1) ?? 0) - (seconds[0] ?? 0)),
    samples: seconds.length,
    complete,
  };
}

/** By code unit: no locale has a say. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
