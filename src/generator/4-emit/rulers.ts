import type { Artifact } from "../../model/artifact.ts";
import type { Plan } from "../../model/plan.ts";
import { relativePath } from "./layout.ts";
import type { Paths } from "./layout.ts";
import { emitTestFile, loadedRules } from "./promtool-tests.ts";
import { inMetricsQl, vmalertTests } from "./metricsql.ts";
import { ruleFiles } from "./rule-files.ts";
import type { RuleFile } from "./rule-files.ts";
import type { Spell } from "./spell.ts";

/**
 * Files of groups, all in one folder: mimirtool makes each file's name the namespace of its groups, so no two may share
 * one, and `thanos rule` takes such files as they are.
 */
export function emitMimir(
  _plan: Plan,
  rules: readonly RuleFile[],
  paths: Paths,
  spell: Spell,
): readonly Artifact[] {
  return rules.map((file) => spell(paths.mimir(file.name), file.about, { groups: file.groups }));
}

/**
 * Files of groups in MetricsQL, and of the tests those about samples, as vmalert-tool wants them. Claims about alerts
 * are left to promtool: they quote counts of events, which Prometheus extrapolates and VictoriaMetrics does not.
 */
export function emitVmalert(
  plan: Plan,
  _rules: readonly RuleFile[],
  paths: Paths,
  spell: Spell,
): readonly Artifact[] {
  const rules = ruleFiles(inMetricsQl(plan));
  const tests = plan.tests.filter((file) => file.tests.every(({ alerts }) => alerts.length === 0));
  return [
    ...rules.map((file) => spell(paths.vmalert(file.name), file.about, { groups: file.groups })),
    ...tests.map((file) => {
      const path = paths.vmalertTest(file.name);
      const named = loadedRules(file, rules).map(({ name }) => paths.vmalert(name));
      return spell(
        path,
        [file.about, `Run with 'vmalert-tool unittest --files=${file.name}.yml'.`],
        emitTestFile(
          file,
          named.map((rule) => relativePath(path, rule)),
          vmalertTests,
        ),
      );
    }),
  ];
}
