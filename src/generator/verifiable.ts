import type { Artifact } from "../model/artifact.ts";
import type { Plan, TestFile } from "../model/plan.ts";
import { receiverOf } from "../model/routed.ts";
import { pathsOf } from "./4-emit/layout.ts";
import { ruleFiles } from "./4-emit/rule-files.ts";
import type { Verifiable } from "./verify/verifiable.ts";

export type { Verifiable };

/** What of the files made other programs can judge. */
export function verifiableOf(plan: Plan, artifacts: readonly Artifact[]): Verifiable {
  const paths = pathsOf(plan.layout);
  const made = new Set(artifacts.map(({ path }) => path));
  const isMade = (path: string) => made.has(path);
  return {
    rules: ruleFiles(plan)
      .map((file) => paths.rules(file))
      .filter(isMade),
    tests: plan.tests
      .map((file) => ({ path: paths.test(file.name), evaluations: evaluationsOf(file) }))
      .filter(({ path }) => isMade(path)),
    prometheus: [paths.prometheus, paths.federation].filter(isMade),
    alertmanager: [paths.alertmanager].filter(isMade),
    routes: routesOf(plan),
  };
}

/** For each alert that can fire, who must hear of it: what amtool is to say of the file, told from what was decided. */
function routesOf({ alerts, routing }: Plan): Verifiable["routes"] {
  return alerts
    .flatMap(({ rules }) => rules)
    .map(({ alert, labels }) => {
      // Routes may go by what series bring along; a workload is what most do.
      const all = { alertname: alert, ...labels, workload: "chat" };
      return { labels: all, receiver: receiverOf(routing, all) };
    });
}

/** How often promtool evaluates every rule for a file: until the last moment of each claim. */
function evaluationsOf({ tests, intervalSeconds }: TestFile): number {
  const lasts = tests.map(({ alerts, samples }) =>
    Math.max(0, ...[...alerts, ...samples].map(({ atSeconds }) => atSeconds)),
  );
  return lasts.reduce((sum, last) => sum + last / intervalSeconds, 0);
}
