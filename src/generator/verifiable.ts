import type { Artifact } from "../model/artifact.ts";
import type { Plan, TestFile } from "../model/plan.ts";
import { pathsOf } from "./4-emit/layout.ts";
import { routesOf } from "./verify/routes.ts";
import type { Verifiable } from "./verify/verifiable.ts";

export type { Verifiable };

/** What of the files made other programs can judge. */
export function verifiableOf(plan: Plan, artifacts: readonly Artifact[]): Verifiable {
  const paths = pathsOf(plan.layout);
  const made = new Set(artifacts.map(({ path }) => path));
  const isMade = (path: string) => made.has(path);
  const baselines = plan.baselines.map(({ slug }) => paths.baselines(slug));
  return {
    rules: [paths.thresholds, paths.alerts, ...baselines].filter(isMade),
    tests: plan.tests
      .map((file) => ({ path: paths.test(file.name), evaluations: evaluationsOf(file) }))
      .filter(({ path }) => isMade(path)),
    prometheus: [paths.prometheus].filter(isMade),
    alertmanager: [paths.alertmanager].filter(isMade),
    routes: routesOf(plan.alerts, plan.routing),
  };
}

/** How often promtool evaluates every rule for a file: until the last moment of each claim. */
function evaluationsOf({ tests, intervalSeconds }: TestFile): number {
  const lasts = tests.map(({ alerts, samples }) =>
    Math.max(0, ...[...alerts, ...samples].map(({ atSeconds }) => atSeconds)),
  );
  return lasts.reduce((sum, last) => sum + last / intervalSeconds, 0);
}
