/** What one dashboard shows, whoever draws it. */
export interface Dashboard {
  /** Names the file, too; links and bookmarks hold it. */
  readonly uid: string;
  readonly title: string;
  /** What somebody comes with. */
  readonly question: string;
  readonly tags: readonly string[];
  /** How far back it looks at first, as Grafana says it: `6h`. */
  readonly range: string;
  /** How often it asks again, as Grafana says it; never, where what it shows changes once a day. */
  readonly refresh?: string;
  readonly variables: readonly Variable[];
  readonly annotations: readonly Annotation[];
  /** Where it leads besides its siblings. */
  readonly links: readonly Link[];
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
}

/** What a person chooses. */
export interface Variable {
  readonly name: string;
  readonly label: string;
  /** Grafana's question for the choices. */
  readonly query: string;
  /** Whether several may be chosen, or All: then each of the choices, unless `all` says what it stands for. */
  readonly isMulti: boolean;
  /** A regular expression: it also matches what is not among the choices now. */
  readonly all?: string;
}

/** Something that happened, drawn across all panels where the expression has samples. */
export interface Annotation {
  readonly name: string;
  readonly expr: string;
  readonly title: string;
  readonly text: string;
  readonly colour: Colour;
}

export interface Link {
  readonly title: string;
  readonly url: string;
}

export interface Panel {
  readonly kind: "stat" | "timeseries" | "table" | "state-timeline";
  readonly title: string;
  readonly description: string;
  /** Grafana's name of the unit. */
  readonly unit: string;
  /** What stands there when there is nothing to show: absent is not zero. */
  readonly noValue: string;
  /** Of 24 columns. */
  readonly width: number;
  readonly height: number;
  readonly targets: readonly Target[];
  /** The runbooks of alerts about the same thing. */
  readonly runbooks: readonly Link[];
  /** Where a click on a line or cell leads. */
  readonly opens?: Link;
  /** What the vertical axis counts, where the unit does not say. */
  readonly axis?: string;
  /** Whether a series is a bar for each step, as counts of something are. */
  readonly bars?: true;
  /** The least distance between two points, as Grafana says it: `1d`. */
  readonly step?: string;
  /** Where colours change, ascending; the first has no lower bound. */
  readonly steps?: readonly Step[];
  /** Words for values that are no amounts. */
  readonly states?: readonly State[];
  /** For a table: columns in order, by label, and how people call them; others are hidden. */
  readonly columns?: readonly Column[];
}

export interface Step {
  readonly from?: number;
  readonly colour: Colour;
}

export interface State {
  readonly value: number;
  readonly text: string;
  readonly colour: Colour;
}

export interface Column {
  /** A label, or `Value`: with several targets `Value #A` and so on. */
  readonly field: string;
  readonly title: string;
  readonly unit?: string;
  readonly noValue?: string;
  readonly steps?: readonly Step[];
  readonly states?: readonly State[];
  readonly opens?: Link;
}

export type Colour = "green" | "yellow" | "red" | "blue" | "purple" | "neutral";

export interface Target {
  readonly expr: string;
  readonly legend: string;
  /** Plain lines are measurements; the others are drawn as what they are compared with. */
  readonly style: "line" | "warning" | "critical" | "baseline" | "band-bottom" | "band-top";
}
