import type { PanelFile } from "./dashboards.ts";
import type { Found } from "./picture-fields.ts";

/** A table as people see it: columns by their titles, cells by the names that Grafana gives fields. */
export interface Table {
  readonly columns: readonly { readonly field: string; readonly title: string }[];
  readonly rows: readonly Readonly<Record<string, string | number>>[];
}

/** Does what the transformations that we write do: merge rows that share labels, choose, order and rename columns. */
export function tableOf(panel: PanelFile, found: readonly Found[]): Table {
  const transformations = panel.transformations ?? [];
  const merges = transformations.some(({ id }) => id === "merge");
  const several = (panel.targets ?? []).length > 1;
  const rows: Record<string, string | number>[] = [];
  for (const { refId, series } of found) {
    const value = series.points.at(-1)?.[1] ?? NaN;
    const cells = { ...series.labels, [several ? `Value #${refId}` : "Value"]: value };
    const row = merges ? rows.find((other) => agree(other, series.labels)) : undefined;
    if (row === undefined) rows.push(cells);
    else Object.assign(row, cells);
  }
  return { columns: columnsOf(transformations), rows };
}

/** Grafana merges rows whose common labels are equal. */
function agree(
  row: Readonly<Record<string, string | number>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  const common = Object.entries(labels).filter(([name]) => name in row);
  return common.length > 0 && common.every(([name, value]) => row[name] === value);
}

function columnsOf(transformations: PanelFile["transformations"] = []): Table["columns"] {
  const organize = transformations.find(({ id }) => id === "organize")?.options ?? {};
  const places = (organize["indexByName"] ?? {}) as Readonly<Record<string, number>>;
  const titles = (organize["renameByName"] ?? {}) as Readonly<Record<string, string>>;
  return Object.entries(places)
    .sort(([, a], [, b]) => a - b)
    .map(([field]) => ({ field, title: titles[field] ?? field }));
}
