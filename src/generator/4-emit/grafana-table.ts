import type { Column, Panel } from "../../model/dashboard.ts";
import { thresholds } from "./grafana-colours.ts";
import { dataLink } from "./grafana-links.ts";
import { mappings } from "./grafana-parts.ts";
import type { PanelParts } from "./grafana-parts.ts";

/** Rows by labels: of several queries those with the same labels become one. Columns that nobody asked for are hidden. */
export function tableParts({ columns = [], targets }: Panel): PanelParts {
  const fields = columns.map(({ field }) => field);
  const merged = targets.length > 1 ? [{ id: "merge", options: {} }] : [];
  return {
    fieldConfig: {
      defaults: { custom: { align: "auto", cellOptions: { type: "auto" }, filterable: true } },
      overrides: columns.flatMap((column) => {
        const properties = propertiesOf(column);
        return properties.length === 0
          ? []
          : [{ matcher: { id: "byName", options: column.field }, properties }];
      }),
    },
    options: { showHeader: true, cellHeight: "sm", sortBy: [] },
    transformations: [
      ...merged,
      { id: "filterFieldsByName", options: { include: { names: fields } } },
      {
        id: "organize",
        options: {
          excludeByName: {},
          indexByName: Object.fromEntries(fields.map((field, index) => [field, index])),
          renameByName: Object.fromEntries(columns.map(({ field, title }) => [field, title])),
        },
      },
    ],
  };
}

function propertiesOf({ unit, noValue, steps, states, opens }: Column): readonly unknown[] {
  const property = (id: string, value: unknown): readonly unknown[] =>
    value === undefined ? [] : [{ id, value }];
  const isColoured = steps !== undefined || states !== undefined;
  return [
    ...property("unit", unit),
    ...property("noValue", noValue),
    ...property("mappings", states && mappings(states)),
    ...property("thresholds", steps && thresholds(steps)),
    ...property("color", steps && { mode: "thresholds" }),
    ...property("custom.cellOptions", isColoured ? { type: "color-text" } : undefined),
    ...property("links", opens && [dataLink(opens)]),
  ];
}
