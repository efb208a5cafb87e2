import type { Classic, ClassicPanel, ClassicTarget, ClassicVariable } from "./classic.ts";
import { panelsOf } from "./classic.ts";
import { fixedRates, parses, selectorsOf, type Selector } from "./lint-queries.ts";

/** What is wrong, and where: the panel or variable, and of a query the series. */
export interface Fault {
  readonly where: string;
  readonly selector?: Selector;
}

export type Rule = (dashboard: Classic) => readonly Fault[];

const chosenSource = /^\$\{?datasource\}?$/;
const shown = ["stat", "singlestat", "graph", "table", "timeseries", "gauge"];
const asking = ["singlestat", "gauge", "table", "stat", "state-timeline", "timeseries"];
/** Grafana's names of units, of which these are in use. */
const units = ["short", "percentunit", "bytes", "s", "d", "cps", "dateTimeAsIso"];

/** The 17 rules of grafana/dashboard-linter, of June 2026, by their names there. */
export const rules = {
  "template-datasource-rule": (dashboard) =>
    dashboard.templating.list.some(
      ({ type, name, label }) =>
        type === "datasource" && name === "datasource" && label === "Data source",
    )
      ? []
      : [{ where: "datasource" }],
  "template-job-rule": (dashboard) => templateRule(dashboard, "job", "Job"),
  "template-instance-rule": (dashboard) => templateRule(dashboard, "instance", "Instance"),
  "template-label-promql-rule": (dashboard) =>
    variables(dashboard, ({ query }) => {
      const [, series] = /^label_values\(([^]+), \w+\)$/.exec(query) ?? [];
      return series !== undefined && parses(series);
    }),
  "template-on-time-change-reload-rule": (dashboard) =>
    variables(dashboard, ({ refresh }) => refresh === 2),
  "panel-datasource-rule": (dashboard) =>
    panels(dashboard, shown, ({ datasource }) => chosenSource.test(datasource?.uid ?? "")),
  "panel-title-description-rule": (dashboard) =>
    panels(dashboard, shown, ({ title, description = "" }) => title !== "" && description !== ""),
  "panel-units-rule": (dashboard) =>
    panels(dashboard, shown, ({ type, fieldConfig, options }) => {
      const { unit = "", mappings = [] } = fieldConfig?.defaults ?? {};
      const ofFields = type === "stat" && (options?.reduceOptions?.fields ?? "") !== "";
      return mappings.length > 0 || ofFields || units.includes(unit);
    }),
  "panel-no-targets-rule": (dashboard) =>
    panels(dashboard, shown, ({ targets = [] }) => targets.length > 0),
  "target-promql-rule": (dashboard) => queries(dashboard, ({ expr }) => parses(expr)),
  "target-rate-interval-rule": (dashboard) =>
    queries(dashboard, ({ expr }) => fixedRates(expr).length === 0),
  "target-job-rule": (dashboard) =>
    selectors(dashboard, ({ matchers }) => matchers.includes('job=~"$job"')),
  "target-instance-rule": (dashboard) =>
    selectors(dashboard, ({ matchers }) => matchers.includes('instance=~"$instance"')),
  "target-counter-agg-rule": (dashboard) =>
    selectors(
      dashboard,
      ({ metric, calls }) =>
        !metric.endsWith("_total") ||
        calls.some((name) => ["rate", "irate", "increase"].includes(name)),
    ),
  // Nothing here reads LogQL, so that no query of it can be judged, and none may be there.
  "target-logql-rule": (dashboard) =>
    queries(dashboard, ({ datasource }) => datasource.type !== "loki"),
  "target-logql-auto-rule": (dashboard) =>
    queries(
      dashboard,
      ({ datasource, expr }) => datasource.type !== "loki" || !/\[(?!\$__auto\])/.test(expr),
    ),
  "uneditable-dashboard": ({ editable }) => (editable ? [{ where: "editable" }] : []),
} satisfies Readonly<Record<string, Rule>>;

export type RuleName = keyof typeof rules;

/** A variable that Grafana is asked for and several may be chosen of. */
function templateRule({ templating }: Classic, name: string, label: string): readonly Fault[] {
  const isRight = templating.list.some(
    (variable) =>
      variable.name === name &&
      variable.label === label &&
      variable.type === "query" &&
      variable.multi &&
      variable.allValue === ".+" &&
      chosenSource.test(variable.datasource?.uid ?? ""),
  );
  return isRight ? [] : [{ where: name }];
}

function variables(
  { templating }: Classic,
  isRight: (variable: ClassicVariable) => boolean,
): readonly Fault[] {
  return templating.list
    .filter((variable) => variable.type === "query" && !isRight(variable))
    .map(({ name }) => ({ where: name }));
}

function panels(
  dashboard: Classic,
  types: readonly string[],
  isRight: (panel: ClassicPanel) => boolean,
): readonly Fault[] {
  return panelsOf(dashboard)
    .filter((panel) => types.includes(panel.type) && !isRight(panel))
    .map(({ title }) => ({ where: title }));
}

function queries(
  dashboard: Classic,
  isRight: (target: ClassicTarget) => boolean,
): readonly Fault[] {
  return panelsOf(dashboard)
    .filter(({ type }) => asking.includes(type))
    .flatMap(({ title, targets = [] }) =>
      targets
        .filter((target) => !isRight(target))
        .map(({ refId }) => ({ where: `${title} ${refId}` })),
    );
}

function selectors(dashboard: Classic, isRight: (selector: Selector) => boolean): readonly Fault[] {
  return panelsOf(dashboard).flatMap(({ title, targets = [] }) =>
    targets.flatMap(({ refId, expr }) =>
      selectorsOf(expr)
        .filter((selector) => !isRight(selector))
        .map((selector) => ({ where: `${title} ${refId}`, selector })),
    ),
  );
}
