import { posix } from "node:path";
import type { LimitFile } from "../../catalog/limit-keys.ts";
import type { Extra, Layout, RuleTarget } from "../../model/plan.ts";

/** Every path the generator writes, with forward slashes, below the output folder. */
export interface Paths {
  /** Every folder that files are written to directly, whatever the profiles: where a left-over may lie. */
  folders(targets: readonly RuleTarget[], extras: readonly Extra[]): readonly string[];
  /** For Prometheus: baselines lie in a folder of their own. */
  rules(file: { readonly name: string; readonly slug?: string }): string;
  test(name: string): string;
  readonly prometheus: string;
  readonly federation: string;
  readonly alertmanager: string;
  readonly alertmanagerTemplates: string;
  /** By the dashboard's uid. */
  dashboard(uid: string): string;
  readonly grafanaReadme: string;
  readonly dashboardProvider: string;
  readonly dataSource: string;
  /** For the operator, for Mimir's and Thanos' rulers, and for vmalert: by name. */
  kubernetes(name: string): string;
  mimir(name: string): string;
  vmalert(name: string): string;
  vmalertTest(name: string): string;
  /** A manifest of a workload's limits: in one folder for all, so that what is left of a workload is found when it is gone. */
  limits(slug: string, file: LimitFile): string;
  /** The runbook of an alert. */
  runbook(alert: string): string;
  /** What is written down about a workload. */
  document(slug: string): string;
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

const vmalert = { rules: "vmalert/rules", tests: "vmalert/tests" } as const;

/** Where this layout puts what. The layouts differ in what is for Prometheus and Alertmanager. */
export function pathsOf(layout: Layout): Paths {
  const { rules, tests, prometheus, alertmanager } = folders[layout];
  const baselines = `${rules}/mlx-baselines`;
  const own: Readonly<Record<RuleTarget, readonly string[]>> = {
    prometheus: [rules, baselines, tests, prometheus],
    operator: ["kubernetes", "kubernetes/examples"],
    mimir: ["mimir"],
    vmalert: [vmalert.rules, vmalert.tests],
  };
  return {
    rules: ({ name, slug }) =>
      slug === undefined ? `${rules}/${name}.yml` : `${baselines}/${slug}.yml`,
    test: (name) => `${tests}/${name}.yml`,
    prometheus: `${prometheus}/prometheus.yml`,
    federation: `${prometheus}/federation.yml`,
    alertmanager: `${alertmanager}/alertmanager.yml`,
    alertmanagerTemplates: `${alertmanager}/templates/mlx.tmpl`,
    dashboard: (uid) => `grafana/dashboards/${uid}.json`,
    grafanaReadme: "grafana/README.md",
    dashboardProvider: "grafana/provisioning/dashboards/mlx-headroom.yml",
    dataSource: "grafana/provisioning/datasources/mlx-headroom.yml",
    kubernetes: (name) => `kubernetes/${name}.yaml`,
    mimir: (name) => `mimir/${name}.yml`,
    vmalert: (name) => `${vmalert.rules}/${name}.yml`,
    vmalertTest: (name) => `${vmalert.tests}/${name}.yml`,
    limits: (slug, file) => `limits/${slug}.${file}`,
    runbook: (alert) => `runbooks/${alert}.md`,
    document: (slug) => `docs/${slug}.md`,
    folders: (targets, extras) => [
      ...new Set([
        ...targets.flatMap((target) => own[target]),
        alertmanager,
        `${alertmanager}/templates`,
        "grafana",
        "grafana/dashboards",
        "grafana/provisioning/dashboards",
        "grafana/provisioning/datasources",
        ...(layout === "tree" ? ["runbooks", ...extras] : []),
      ]),
    ],
  };
}

/** How one file names another: Prometheus and promtool read paths relative to the file they stand in. */
export function relativePath(from: string, to: string): string {
  return posix.relative(posix.dirname(from), to);
}
