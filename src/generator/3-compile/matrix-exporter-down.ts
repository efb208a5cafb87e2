import { scrapeJob } from "../../catalog/alerts.ts";
import type { AlertRule, FiringAlert, RuleTest } from "../../model/plan.ts";
import { claim, fires, hold, minute, silent, soleRule, studio1, studio2, up } from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxExporterDown to its word. */
export function exporterDownMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (target: ScrapeTarget): FiringAlert => ({
    rule,
    labels: target,
    facts: { exporter: `The exporter on ${target.instance} does not answer` },
  });

  return [
    claim(
      "an exporter that answers is silent, whatever other jobs do",
      [up(studio1, hold(1, 6 * minute)), up({ job: "node", instance: "a" }, hold(0, 6 * minute))],
      silent(name, 5 * minute + 5),
    ),
    claim(
      "an exporter that does not answer fires after two minutes and clears when it does",
      [up(studio1, hold(1, 4 * minute), hold(0, 6 * minute), hold(1, 6 * minute))],
      silent(name, 5 * minute + 50),
      fires(name, 6 * minute + 5, firing(studio1)),
      silent(name, 10 * minute + 20),
    ),
    claim(
      "a restart within two minutes is silent",
      [up(studio1, hold(1, 4 * minute), hold(0, 90), hold(1, 10 * minute))],
      silent(name, 5 * minute + 20),
      silent(name, 7 * minute + 5),
    ),
    claim(
      "a job without any target fires",
      [up(studio1, hold(1, 4 * minute), "stale")],
      silent(name, 5 * minute + 50),
      fires(name, 6 * minute + 20, {
        rule,
        labels: { job: scrapeJob },
        facts: { exporter: `Prometheus scrapes no target of the job ${scrapeJob}` },
      }),
    ),
    claim(
      "one of two hosts is named",
      [up(studio1, hold(1, 10 * minute)), up(studio2, hold(0, 10 * minute))],
      fires(name, 5 * minute + 5, firing(studio2)),
    ),
  ];
}
