import type { Artifact } from "../../model/artifact.ts";
import type { Plan, TestFile } from "../../model/plan.ts";
import { emitAlertmanagerConfig } from "./alertmanager-config.ts";
import { emitDashboard } from "./grafana-dashboard.ts";
import { emitDashboardProvider, emitDataSource } from "./grafana-provisioning.ts";
import { head } from "./head.ts";
import { pathsOf, relativePath } from "./layout.ts";
import type { Paths } from "./layout.ts";
import { emitPrometheusConfig } from "./prometheus-config.ts";
import { emitAlerts, emitConstants } from "./prometheus-rules.ts";
import { emitTestFile } from "./promtool-tests.ts";
import { yamlText } from "./yaml-text.ts";

/** Plan → files. Spelling only: the same plan gives the same bytes. */
export function emit(plan: Plan): readonly Artifact[] {
  const paths = pathsOf(plan.layout);
  const yaml = (path: string, about: readonly string[], content: unknown): Artifact => ({
    path,
    text: yamlText(head(plan, path, ...about), content),
  });
  return [
    yaml(paths.thresholds, thresholdsAbout, emitConstants([plan.thresholds])),
    yaml(paths.alerts, alertsAbout, emitAlerts(plan.alerts)),
    ...plan.baselines.map((baselines) =>
      yaml(paths.baselines(baselines.slug), baselines.about, emitConstants([baselines])),
    ),
    ...plan.tests.map((file) =>
      yaml(
        paths.test(file.name),
        [file.about, `Run with 'promtool test rules ${file.name}.yml'.`],
        emitTestFile(file, ruleFilesOf(file, paths)),
      ),
    ),
    yaml(
      paths.prometheus,
      prometheusAbout,
      emitPrometheusConfig(plan.scraping, [
        relativePath(paths.prometheus, paths.thresholds),
        relativePath(paths.prometheus, paths.alerts),
        relativePath(paths.prometheus, paths.baselines("*")),
      ]),
    ),
    yaml(
      paths.alertmanager,
      [`An example configuration of Alertmanager. ${plan.routing.about}`],
      emitAlertmanagerConfig(plan.routing),
    ),
    {
      path: paths.dashboard,
      text: `${JSON.stringify(emitDashboard(plan.dashboard, head(plan, paths.dashboard).join(" ")), null, 2)}\n`,
    },
    yaml(
      paths.dashboardProvider,
      [
        "Grafana reads dashboards from this folder: put mlx-headroom.json there, or change the path.",
      ],
      emitDashboardProvider(plan.provisioning),
    ),
    yaml(
      paths.dataSource,
      ["The Prometheus that evaluates the rules. Leave this out where Grafana knows it already."],
      emitDataSource(plan.provisioning),
    ),
  ];
}

const thresholdsAbout = [
  "Default thresholds as series: alerts and dashboards join with them. A workload with a profile has its own.",
];
const alertsAbout = [
  "Alerts for every workload. Thresholds are not here but in mlx-recording.yml and mlx-baselines/.",
];
const prometheusAbout = [
  "An example configuration of Prometheus. Copy what you need into your own, or start one with it:",
  "prometheus --config.file=prometheus.yml",
];

function ruleFilesOf({ name, baselines }: TestFile, paths: Paths): readonly string[] {
  const files = [paths.thresholds, ...baselines.map((slug) => paths.baselines(slug)), paths.alerts];
  return files.map((path) => relativePath(paths.test(name), path));
}
