import { isUnderLoad } from "../../model/baseline.ts";
import type { Profile } from "../../model/profile.ts";

/**
 * How a baseline is made again, as lines of a shell: a recording of each scenario, then its profile. Names of workloads and
 * scenarios are of a grammar that no shell reads otherwise.
 */
export function commandsFor({ workload, figures, recordings = [] }: Profile): readonly string[] {
  const records = Object.entries(figures.scenarios).map(([scenario, { load }]) => {
    const of = recordings.filter((each) => each.scenario === scenario);
    const fromHistory = of.length > 0 && of.every(({ source }) => source === "prometheus");
    const seconds = Math.max(0, ...of.map((each) => each.seconds));
    const flags = fromHistory
      ? ` --from-prometheus http://127.0.0.1:9090 --range ${lasting(seconds)}`
      : `${isUnderLoad(scenario) && load !== undefined ? " --load openai" : ""}${seconds > 0 ? ` --duration ${lasting(seconds)}` : ""}`;
    return `mlx-headroom record ${workload} --scenario ${scenario}${flags}`;
  });
  return [...records, `mlx-headroom profile ${workload}`];
}

/** In whole hours where it is days, else in minutes that are not fewer. */
function lasting(seconds: number): string {
  return seconds >= 2 * 86_400 ? `${Math.ceil(seconds / 3600)}h` : `${Math.ceil(seconds / 60)}m`;
}
