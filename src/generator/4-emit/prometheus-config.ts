import type { Scraping } from "../../model/plan.ts";
import { duration } from "./duration.ts";
import { comment } from "./yaml-text.ts";

/** A configuration Prometheus starts with; `ruleFiles` are relative to it. */
export function emitPrometheusConfig(scraping: Scraping, ruleFiles: readonly string[]): unknown {
  return {
    global: {
      scrape_interval: duration(scraping.intervalSeconds),
      evaluation_interval: duration(scraping.intervalSeconds),
    },
    rule_files: ruleFiles,
    alerting: {
      alertmanagers: [{ static_configs: [{ targets: [scraping.alertmanager] }] }],
    },
    scrape_configs: scraping.jobs.map(({ name, honorLabels, target, labels, why }) => ({
      [comment]: why,
      job_name: name,
      ...(honorLabels && { honor_labels: true }),
      static_configs: [{ targets: [target], ...(labels && { labels }) }],
    })),
  };
}
