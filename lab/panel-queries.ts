import { panelsOf, type DashboardFile } from "./dashboards.ts";

/** One thing that a dashboard asks Prometheus. */
export interface PanelQuery {
  /** `uid / panel / legend`, which is how lists and failures name it. */
  readonly name: string;
  readonly dashboard: string;
  readonly how: "instant" | "range" | "label values";
  /** PromQL, variables and all; of label values the selector. */
  readonly expression: string;
  /** Of label values: whose. */
  readonly label?: string;
}

/** Values by the names of Grafana's variables, without `$`. */
export type Variables = Readonly<Record<string, string>>;

/** Everything a dashboard asks: its variables, its annotations, and each target of each panel. */
export function queriesOf(dashboard: DashboardFile): readonly PanelQuery[] {
  const { uid } = dashboard;
  const variables = dashboard.templating.list
    .filter(({ type }) => type === "query")
    .map(({ name, query }) => {
      const text = typeof query === "string" ? query : query.query;
      return { name: `${uid} / $${name}`, dashboard: uid, ...labelValues(text) };
    });
  const annotations = dashboard.annotations.list.flatMap(({ name, expr }): PanelQuery[] =>
    expr === undefined
      ? []
      : [{ name: `${uid} / annotation ${name}`, dashboard: uid, how: "range", expression: expr }],
  );
  const targets = panelsOf(dashboard).flatMap(({ title, targets = [] }) =>
    targets.map(({ refId, expr, legendFormat, instant }): PanelQuery => {
      const legend = legendFormat ? `${refId}: ${legendFormat}` : refId;
      const how = instant ? "instant" : "range";
      return { name: `${uid} / ${title} / ${legend}`, dashboard: uid, how, expression: expr };
    }),
  );
  return [...variables, ...annotations, ...targets];
}

/** `label_values(SELECTOR, LABEL)`, the one kind of question that our variables ask. Any other throws. */
function labelValues(query: string) {
  const [, expression, label] = /^label_values\((.+),\s*(\w+)\)$/.exec(query) ?? [];
  if (expression === undefined || label === undefined)
    throw new Error(`${query} is a variable of a kind that the lab cannot ask for.`);
  return { how: "label values", expression, label } as const;
}

/**
 * Puts values in for `$name` and `${name}`, as Grafana does before it asks; `$1` of label_replace stays. A variable
 * without a value throws: Grafana would send it as it stands, and the panel would be empty.
 */
export function substituted(text: string, variables: Variables): string {
  return text.replaceAll(/\$\{(\w+)(?::\w+)?\}|\$([A-Za-z_]\w*)/g, (whole, braced, bare) => {
    const value = variables[String(braced ?? bare)];
    if (value === undefined) throw new Error(`${whole} has no value in ${text}.`);
    return value;
  });
}
