import { posix } from "node:path";
import { ruleGroups } from "../../catalog/alerts.ts";
import type { Layout, RuleTarget } from "../../model/plan.ts";

/** Every path the generator writes, with forward slashes, below the output folder. */
export interface Paths {
  /** For Prometheus: baselines lie in a folder of their own. */
  rules(file: { readonly name: string; readonly slug?: string }): string;
  test(name: string): string;
  readonly prometheus: string;
  readonly federation: string;
  readonly alertmanager: string;
  readonly alertmanagerTemplates: string;
  readonly dashboard: string;
  readonly dashboardProvider: string;
  readonly dataSource: string;
  /** For the operator, for Mimir's and Thanos' rulers, and for vmalert: by name. */
  kubernetes(name: string): string;
  mimir(name: string): string;
  vmalert(name: string): string;
  vmalertTest(name: string): string;
  /** Where each profile has a file of its own: by folder, and how the names of such files begin. */
  perProfile(
    targets: readonly RuleTarget[],
  ): readonly { readonly folder: string; readonly prefix: string }[];
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
  const prefix = ruleGroups.baselines("");
  const perProfile = {
    prometheus: [
      { folder: baselines, prefix: "" },
      { folder: tests, prefix },
      { folder: rules, prefix: ruleGroups.policy },
      { folder: tests, prefix: ruleGroups.policy },
    ],
    operator: [{ folder: "kubernetes", prefix: `prometheusrule-${prefix}` }],
    mimir: [{ folder: "mimir", prefix }],
    vmalert: [
      { folder: vmalert.rules, prefix },
      { folder: vmalert.tests, prefix },
    ],
  } as const satisfies Record<RuleTarget, unknown>;
  return {
    rules: ({ name, slug }) =>
      slug === undefined ? `${rules}/${name}.yml` : `${baselines}/${slug}.yml`,
    test: (name) => `${tests}/${name}.yml`,
    prometheus: `${prometheus}/prometheus.yml`,
    federation: `${prometheus}/federation.yml`,
    alertmanager: `${alertmanager}/alertmanager.yml`,
    alertmanagerTemplates: `${alertmanager}/templates/mlx.tmpl`,
    dashboard: "grafana/dashboards/mlx-headroom.json",
    dashboardProvider: "grafana/provisioning/dashboards/mlx-headroom.yml",
    dataSource: "grafana/provisioning/datasources/mlx-headroom.yml",
    kubernetes: (name) => `kubernetes/${name}.yaml`,
    mimir: (name) => `mimir/${name}.yml`,
    vmalert: (name) => `${vmalert.rules}/${name}.yml`,
    vmalertTest: (name) => `${vmalert.tests}/${name}.yml`,
    perProfile: (targets) => targets.flatMap((target) => perProfile[target]),
  };
}

/** How one file names another: Prometheus and promtool read paths relative to the file they stand in. */
export function relativePath(from: string, to: string): string {
  return posix.relative(posix.dirname(from), to);
}
