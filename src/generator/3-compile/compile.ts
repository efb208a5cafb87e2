import { ruleGroups } from "../../catalog/alerts.ts";
import type { Layout, Plan } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";
import type { Profile } from "../../model/profile.ts";
import { alerts } from "./alerts.ts";
import { compileBaselines } from "./baselines.ts";
import { compileDashboard } from "./dashboard.ts";
import { reviewIntervalSeconds } from "./review.ts";
import { compileRouting } from "./routing.ts";
import { compileProvisioning, compileScraping } from "./scraping.ts";
import { slugs } from "./slug.ts";
import { compileTests } from "./tests.ts";
import { compileThresholds } from "./thresholds.ts";

export interface CompileOptions {
  /** The version of this package, for the heads of the files. */
  readonly version: string;
  readonly layout: Layout;
  /** Where Alertmanager posts what it sends; without it the receivers are empty. */
  readonly webhookUrl?: string;
  /** The page that has one heading per alert. */
  readonly runbookBase?: string;
  /** What a person decided; without one every rule is as it is built in. */
  readonly policy?: Policy;
}

/** Profiles → plan. Every decision is made here; what follows only spells. */
export function compile(profiles: readonly Profile[], options: CompileOptions): Plan {
  const thresholds = compileThresholds();
  const slugOf = slugs(profiles.map(({ workload }) => workload));
  const baselines = profiles.map((profile) =>
    compileBaselines(profile, slugOf.get(profile.workload) ?? profile.workload),
  );
  const compiled = alerts.map((alert) => ({
    alert,
    rules: alert.rules(runbookUrl(options.runbookBase ?? defaultRunbookBase, alert.name)),
  }));
  const groups = [...new Set(alerts.map(({ group }) => group))].map((name) => ({
    name,
    ...(name === ruleGroups.review && { intervalSeconds: reviewIntervalSeconds }),
    rules: compiled.filter(({ alert }) => alert.group === name).flatMap(({ rules }) => rules),
  }));
  return {
    version: options.version,
    layout: options.layout,
    thresholds,
    baselines,
    alerts: groups,
    tests: compileTests(compiled, thresholds, baselines),
    scraping: compileScraping(),
    routing: compileRouting(compiled, options.webhookUrl, options.policy?.notify),
    dashboard: compileDashboard(),
    provisioning: compileProvisioning(),
  };
}

const defaultRunbookBase = "https://github.com/mlx-headroom/mlx-headroom/blob/main/docs/alerts.md";

/** Renderers of Markdown make a heading's anchor of its lower case. */
function runbookUrl(base: string, alert: string): string {
  return `${base}#${alert.toLowerCase()}`;
}
