import { posix } from "node:path";
import type { Layout } from "../../model/plan.ts";

/** Every path the generator writes, with forward slashes, below the output folder. */
export interface Paths {
  readonly thresholds: string;
  readonly alerts: string;
  /** Every folder that files are written to directly, whatever the profiles: where a left-over may lie. */
  readonly folders: readonly string[];
  baselines(slug: string): string;
  test(name: string): string;
  readonly prometheus: string;
  readonly alertmanager: string;
  readonly dashboard: string;
  readonly dashboardProvider: string;
  readonly dataSource: string;
}

const folders: Readonly<Record<Layout, Folders>> = {
  tree: {
    rules: "prometheus/rules",
    tests: "prometheus/tests",
    prometheus: "prometheus",
    alertmanager: "alertmanager",
  },
  // Not beside the rules: a `rule_files: rules/*.yml` would then fail on them.
  pack: {
    rules: "rules",
    tests: "rules/tests",
    prometheus: "rules/config",
    alertmanager: "rules/config",
  },
};

interface Folders {
  readonly rules: string;
  readonly tests: string;
  readonly prometheus: string;
  readonly alertmanager: string;
}

/** Where this layout puts what. */
export function pathsOf(layout: Layout): Paths {
  const { rules, tests, prometheus, alertmanager } = folders[layout];
  const baselines = `${rules}/mlx-baselines`;
  return {
    thresholds: `${rules}/mlx-recording.yml`,
    alerts: `${rules}/mlx-alerts.yml`,
    folders: [
      ...new Set([rules, baselines, tests, prometheus, alertmanager]),
      "grafana/dashboards",
      "grafana/provisioning/dashboards",
      "grafana/provisioning/datasources",
    ],
    baselines: (slug) => `${baselines}/${slug}.yml`,
    test: (name) => `${tests}/${name}.yml`,
    prometheus: `${prometheus}/prometheus.yml`,
    alertmanager: `${alertmanager}/alertmanager.yml`,
    dashboard: "grafana/dashboards/mlx-headroom.json",
    dashboardProvider: "grafana/provisioning/dashboards/mlx-headroom.yml",
    dataSource: "grafana/provisioning/datasources/mlx-headroom.yml",
  };
}

/** How one file names another: Prometheus and promtool read paths relative to the file they stand in. */
export function relativePath(from: string, to: string): string {
  return posix.relative(posix.dirname(from), to);
}
