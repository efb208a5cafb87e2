import { generate } from "../../../src/generator/generator.ts";
import type { CompileOptions } from "../../../src/generator/generator.ts";

/** What tests read of a classic dashboard, as its file has it. */
export interface Classic {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly editable: boolean;
  readonly tags: readonly string[];
  readonly refresh: string;
  readonly time: { readonly from: string; readonly to: string };
  readonly links: readonly (ClassicLink & {
    readonly type: string;
    readonly tags: readonly string[];
    readonly includeVars: boolean;
    readonly keepTime: boolean;
  })[];
  readonly annotations: { readonly list: readonly ClassicAnnotation[] };
  readonly templating: { readonly list: readonly ClassicVariable[] };
  readonly panels: readonly ClassicPanel[];
}

export interface ClassicLink {
  readonly title: string;
  readonly url: string;
}

export interface ClassicAnnotation {
  readonly name: string;
  readonly expr: string;
  readonly datasource: { readonly uid: string };
}

export interface ClassicVariable {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly query: string;
  readonly refresh: number;
  readonly multi: boolean;
  readonly includeAll: boolean;
  readonly allValue?: string;
  readonly datasource?: { readonly type: string; readonly uid: string };
}

export interface ClassicPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly interval?: string;
  readonly gridPos: Readonly<Record<"x" | "y" | "w" | "h", number>>;
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly links?: readonly ClassicLink[];
  readonly targets?: readonly ClassicTarget[];
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly noValue?: string;
      readonly mappings?: readonly unknown[];
      readonly links?: readonly ClassicLink[];
    };
    readonly overrides: readonly {
      readonly matcher: { readonly id: string; readonly options: string };
      readonly properties: readonly { readonly id: string; readonly value: unknown }[];
    }[];
  };
  readonly options?: { readonly reduceOptions?: { readonly fields: string } };
  readonly transformations?: readonly {
    readonly id: string;
    readonly options: { readonly include?: { readonly names: readonly string[] } };
  }[];
}

export interface ClassicTarget {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly datasource: { readonly type: string; readonly uid: string };
}

/** The dashboards as compile writes them. */
export function classics(options: Partial<CompileOptions> = {}): readonly Classic[] {
  return generate([], { version: "0", layout: "tree", ...options })
    .filter(({ path }) => path.startsWith("grafana/dashboards/"))
    .map(({ text }) => JSON.parse(text) as Classic);
}

/** Panels that show something: not the heads of rows. */
export function panelsOf({ panels }: Classic): readonly ClassicPanel[] {
  return panels.filter(({ type }) => type !== "row");
}

/** With something else in place of its first panel's parts, or of the first query's. */
export function withPanel(
  dashboard: Classic,
  changes: Partial<ClassicPanel>,
  target?: Partial<ClassicTarget>,
): Classic {
  const first = panelsOf(dashboard)[0];
  return {
    ...dashboard,
    panels: dashboard.panels.map((panel) =>
      panel !== first
        ? panel
        : {
            ...panel,
            ...(target && {
              targets: (panel.targets ?? []).map((each) => ({ ...each, ...target })),
            }),
            ...changes,
          },
    ),
  };
}
