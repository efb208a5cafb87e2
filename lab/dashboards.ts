import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** As much of a classic Grafana dashboard as asking and drawing its panels takes. */
export interface DashboardFile {
  readonly uid: string;
  readonly title: string;
  readonly time: { readonly from: string; readonly to: string };
  readonly panels: readonly PanelFile[];
  readonly annotations: { readonly list: readonly AnnotationFile[] };
  readonly templating: { readonly list: readonly VariableFile[] };
}

export interface PanelFile {
  readonly type: string;
  readonly title: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets?: readonly TargetFile[];
  /** Of a row that is folded up: Grafana keeps its panels inside it. */
  readonly panels?: readonly PanelFile[];
  /** One panel for each value of this variable. */
  readonly repeat?: string;
  readonly fieldConfig?: {
    readonly defaults: FieldFile;
    readonly overrides: readonly OverrideFile[];
  };
  readonly options?: Readonly<Record<string, unknown>>;
  readonly transformations?: readonly {
    readonly id: string;
    readonly options: Readonly<Record<string, unknown>>;
  }[];
}

export interface TargetFile {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat?: string;
  readonly instant?: boolean;
}

interface AnnotationFile {
  readonly name: string;
  readonly expr?: string;
  readonly iconColor?: string;
}

interface VariableFile {
  readonly name: string;
  readonly type: string;
  readonly query: string | { readonly query: string };
}

export interface FieldFile {
  readonly unit?: string;
  readonly noValue?: string;
  readonly min?: number;
  readonly max?: number;
  readonly thresholds?: {
    readonly steps: readonly { readonly color: string; readonly value: number | null }[];
  };
  readonly mappings?: readonly unknown[];
}

export interface OverrideFile {
  readonly matcher: { readonly id: string; readonly options: unknown };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

/** Every dashboard of a folder, in the order of their names. */
export function readDashboards(folder: string): readonly DashboardFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as DashboardFile);
}

/** Rows and panels in their order, those of folded rows after their row. */
export function panelsOf({
  panels,
}: {
  readonly panels: readonly PanelFile[];
}): readonly PanelFile[] {
  return panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
}
