import type { Artifact } from "../../model/artifact.ts";
import type { Plan, RuleTarget } from "../../model/plan.ts";
import { emitAlertmanagerConfig } from "./alertmanager-config.ts";
import { emitTemplates } from "./alertmanager-templates.ts";
import { emitDocuments } from "./documents.ts";
import { emitDashboard } from "./grafana-dashboard.ts";
import { emitDashboardProvider, emitDataSource } from "./grafana-provisioning.ts";
import { emitGrafanaReadme } from "./grafana-readme.ts";
import { head } from "./head.ts";
import { pathsOf, relativePath } from "./layout.ts";
import type { Paths } from "./layout.ts";
import { emitLimits } from "./limits.ts";
import { emitOperator } from "./operator.ts";
import { emitPrometheus } from "./prometheus-files.ts";
import { ruleFiles } from "./rule-files.ts";
import type { RuleFile } from "./rule-files.ts";
import { emitRunbooks } from "./runbooks.ts";
import { emitMimir, emitVmalert } from "./rulers.ts";
import { spelling } from "./spell.ts";
import type { Spell } from "./spell.ts";

/** Plan → files. Spelling only: the same plan gives the same bytes. */
export function emit(plan: Plan): readonly Artifact[] {
  const paths = pathsOf(plan.layout);
  const spell = spelling(plan);
  const rules = ruleFiles(plan);
  return [
    ...plan.targets.flatMap((target) => emitters[target](plan, rules, paths, spell)),
    spell(
      paths.alertmanager,
      [`An example configuration of Alertmanager. ${plan.routing.about}`],
      emitAlertmanagerConfig(
        plan.routing,
        relativePath(paths.alertmanager, paths.alertmanagerTemplates),
      ),
    ),
    {
      path: paths.alertmanagerTemplates,
      text: emitTemplates(
        head(
          plan,
          paths.alertmanagerTemplates,
          "Messages of Alertmanager. alertmanager.yml names this file, relative to itself.",
        ),
      ),
    },
    ...plan.dashboards.map((dashboard) => {
      const path = paths.dashboard(dashboard.uid);
      const description = head(plan, path, dashboard.question).join(" ");
      return { path, text: `${JSON.stringify(emitDashboard(dashboard, description), null, 2)}\n` };
    }),
    {
      path: paths.grafanaReadme,
      text: emitGrafanaReadme(head(plan, paths.grafanaReadme), plan),
    },
    spell(
      paths.dashboardProvider,
      [
        "Grafana reads dashboards from this folder: put the files of dashboards/ there, or change the path.",
      ],
      emitDashboardProvider(plan.provisioning),
    ),
    spell(
      paths.dataSource,
      ["The Prometheus that evaluates the rules. Leave this out where Grafana knows it already."],
      emitDataSource(plan.provisioning),
    ),
    ...emitLimits(plan, paths),
    ...emitRunbooks(plan, paths),
    ...emitDocuments(plan, paths),
  ];
}

type Emitter = (
  plan: Plan,
  rules: readonly RuleFile[],
  paths: Paths,
  spell: Spell,
) => readonly Artifact[];

/** The same rules, as each who evaluates them wants them. */
const emitters: Readonly<Record<RuleTarget, Emitter>> = {
  prometheus: emitPrometheus,
  operator: emitOperator,
  mimir: emitMimir,
  vmalert: emitVmalert,
};
