import type { Artifact } from "../../model/artifact.ts";
import type { Plan } from "../../model/plan.ts";
import { relativePath } from "./layout.ts";
import type { Paths } from "./layout.ts";
import { emitTestFile, loadedRules } from "./promtool-tests.ts";
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

/** Files of groups, and their tests as vmalert-tool wants them: it asks in which group an alert is. */
export function emitVmalert(
  plan: Plan,
  rules: readonly RuleFile[],
  paths: Paths,
  spell: Spell,
): readonly Artifact[] {
  const groupOf = new Map(
    plan.alerts.flatMap((group) => group.rules.map(({ alert }) => [alert, group.name] as const)),
  );
  return [
    ...rules.map((file) => spell(paths.vmalert(file.name), file.about, { groups: file.groups })),
    ...plan.tests.map((file) => {
      const path = paths.vmalertTest(file.name);
      const loaded = loadedRules(file, rules).map(({ name }) =>
        relativePath(path, paths.vmalert(name)),
      );
      const run = `Run with 'vmalert-tool unittest --files=${file.name}.yml'.`;
      return spell(path, [file.about, run], emitTestFile(file, loaded, groupOf));
    }),
  ];
}
