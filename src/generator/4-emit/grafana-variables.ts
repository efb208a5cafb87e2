import type { Variable } from "../../model/dashboard.ts";

/** Who is asked: every panel names it. */
export const dataSourceVariable = {
  name: "datasource",
  label: "Data source",
  type: "datasource",
  query: "prometheus",
  hide: 0,
  includeAll: false,
  multi: false,
  options: [],
  refresh: 1,
  regex: "",
  skipUrlSync: false,
};

/** The data source that was chosen, as panels, queries and variables refer to it. */
export const datasource = { type: "prometheus", uid: "${datasource}" } as const;

/** A variable whose choices Prometheus is asked for. */
export function queryVariable({ name, label, query, isMulti, all }: Variable): unknown {
  return {
    name,
    label,
    type: "query",
    datasource,
    query,
    hide: 0,
    includeAll: isMulti,
    // Without this, All lists every value it knows and misses series of others.
    ...(all !== undefined && { allValue: all }),
    multi: isMulti,
    ...(isMulti && { current: { selected: true, text: ["All"], value: ["$__all"] } }),
    options: [],
    // On every change of the time range: a workload of yesterday can be looked at today.
    refresh: 2,
    regex: "",
    skipUrlSync: false,
    sort: 1,
  };
}
