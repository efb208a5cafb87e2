import { metrics } from "../../catalog/metrics.ts";
import type { DashboardKey } from "../../catalog/dashboards.ts";
import type { Annotation, Variable } from "../../model/dashboard.ts";
import type { Policy } from "../../model/policy.ts";
import type { Row } from "./panel.ts";
import { quoted, series } from "./promql.ts";
import type { Selectors } from "./selectors.ts";

/** A dashboard before its panels know what they select series with. */
export interface DashboardDraft {
  readonly key: DashboardKey;
  readonly range: string;
  readonly refresh?: string;
  /** Those that choose hosts come first, on every dashboard. */
  readonly variables: readonly Variable[];
  readonly annotations: (select: Selectors) => readonly Annotation[];
  readonly rows: readonly Row[];
}

/**
 * The job, the instance and whatever else tells hosts apart. The policy's selector says which series are ours: it stands
 * in what is offered, and in what All means, and so in every query.
 */
export function hostVariables(
  policy: Policy,
  beside: readonly string[],
  anchor: string = metrics.exporterBuildInfo.name,
): readonly Variable[] {
  const { selector } = policy;
  const ours = Object.keys(selector).length === 0 ? anchor : series(anchor, selector);
  const chosen = (names: readonly string[]): string =>
    withMatchers(anchor, [
      ...Object.entries(selector)
        .filter(([name]) => !names.includes(name))
        .map(([name, value]) => `${name}=${quoted(value)}`),
      ...names.map((name) => `${name}=~"$${name}"`),
    ]);
  const variable = (name: string, of: string): Variable => ({
    name,
    label: name.slice(0, 1).toUpperCase() + name.slice(1).replaceAll("_", " "),
    query: `label_values(${of}, ${name})`,
    isMulti: true,
    all: escaped(selector[name]) ?? ".+",
  });
  return [
    variable("job", ours),
    ...beside.map((name) => variable(name, chosen(["job"]))),
    variable("instance", chosen(["job", ...beside])),
  ];
}

/** The workloads that are on the chosen hosts. */
export function workloadVariable(anchor: string, isMulti: boolean): Variable {
  return {
    name: "workload",
    label: "Workload",
    query: `label_values(${anchor}, workload)`,
    isMulti,
    ...(isMulti && { all: ".+" }),
  };
}

function withMatchers(name: string, matchers: readonly string[]): string {
  return `${name}{${matchers.join(",")}}`;
}

/** A text as a regular expression that matches nothing else. */
function escaped(text: string | undefined): string | undefined {
  return text?.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
