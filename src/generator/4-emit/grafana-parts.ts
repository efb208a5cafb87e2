import type { State } from "../../model/dashboard.ts";
import { colours } from "./grafana-colours.ts";

/** What a type of panel adds. */
export interface PanelParts {
  readonly fieldConfig: {
    readonly defaults: Readonly<Record<string, unknown>>;
    readonly overrides: readonly unknown[];
  };
  readonly options: unknown;
  readonly transformations?: readonly unknown[];
}

/** The name of a query within its panel. */
export function refId(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

/** Words and colours for values. */
export function mappings(states: readonly State[] = []): readonly unknown[] {
  if (states.length === 0) return [];
  const options = states.map(({ value, text, colour }, index) => [
    String(value),
    { text, color: colours[colour], index },
  ]);
  return [{ type: "value", options: Object.fromEntries(options) as unknown }];
}
