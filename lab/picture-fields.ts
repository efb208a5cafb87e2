import type { FieldFile, PanelFile } from "./dashboards.ts";
import type { Series } from "./prometheus-api.ts";

/** What a panel makes of a value: defaults, and what an override changes of them. */
export interface Field extends FieldFile {
  readonly fixedColour?: string;
  readonly dashed?: boolean;
  readonly fillBelowTo?: string;
}

/** One series of a panel with the target it came from. */
export interface Found {
  readonly refId: string;
  readonly legend: string;
  readonly series: Series;
}

const colours: Readonly<Record<string, string>> = {
  green: "#2f8f46",
  yellow: "#b98900",
  orange: "#e0751a",
  red: "#cf2f3c",
  blue: "#3a6fd0",
  text: "#24292f",
};
const palette = [
  "#3b7dd8",
  "#d1741a",
  "#3f9b57",
  "#9357c4",
  "#1f9ea8",
  "#c2447c",
  "#7f7a1c",
  "#666f7a",
];

/** A colour of Grafana's by its name; one that is none of those we use is itself. */
export function colourOf(name: string): string {
  return colours[name] ?? name;
}

/** What stands for the n-th series where no override names a colour. */
export function paletteColour(index: number): string {
  return palette[index % palette.length] ?? "black";
}

/** Defaults and the overrides that match a target or a column. */
export function fieldOf(panel: PanelFile, key: { refId?: string; name?: string }): Field {
  const { defaults = {}, overrides = [] } = panel.fieldConfig ?? {};
  const fitting = overrides.filter(({ matcher: { id, options } }) =>
    id === "byFrameRefID" ? options === key.refId : id === "byName" && options === key.name,
  );
  const own = (defaults as { color?: { fixedColor?: string } }).color?.fixedColor;
  return fitting
    .flatMap(({ properties }) => properties)
    .reduce<Field>((field, { id, value }) => ({ ...field, ...changed(id, value) }), {
      ...defaults,
      ...(own !== undefined && { fixedColour: own }),
    });
}

function changed(id: string, value: unknown): Partial<Field> {
  switch (id) {
    case "color": {
      const { fixedColor } = value as { fixedColor?: string };
      return fixedColor === undefined ? {} : { fixedColour: fixedColor };
    }
    case "custom.lineStyle":
      return { dashed: (value as { fill: string }).fill === "dash" };
    case "custom.fillBelowTo":
      return { fillBelowTo: String(value) };
    case "unit":
    case "noValue":
    case "thresholds":
    case "mappings":
      return { [id]: value };
    default:
      return {};
  }
}

/** The colour of the step that a value has reached; undefined without steps. */
export function stepColour({ thresholds }: Field, value: number): string | undefined {
  const reached = thresholds?.steps.filter((step) => value >= (step.value ?? -Infinity));
  const name = reached?.at(-1)?.color;
  return name === undefined ? undefined : colourOf(name);
}

/** The word that a mapping has for a value. */
export function mapped(
  { mappings = [] }: Field,
  value: number,
): { readonly text: string; readonly colour: string } | undefined {
  for (const mapping of mappings as readonly ValueMapping[]) {
    const found = mapping.type === "value" ? mapping.options[String(value)] : undefined;
    if (found !== undefined) return { text: found.text, colour: colourOf(found.color ?? "text") };
  }
  return undefined;
}

interface ValueMapping {
  readonly type: string;
  readonly options: Readonly<Record<string, { readonly text: string; readonly color?: string }>>;
}

/** `{{workload}} {{instance}}` with the labels of a series; without a legend, the labels themselves. */
export function legendOf(format: string, labels: Series["labels"]): string {
  if (format === "") return Object.values(labels).join(" ");
  return format.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => labels[name] ?? "").trim();
}
