import type * as g from "@grafana/schema";
import type * as stat from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type * as timeline from "@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen";
import type * as timeseries from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";

/** A type as JSON spells it: members of an enumeration are their values. */
type Json<T> = T extends string
  ? `${T}`
  : T extends number | boolean | null | undefined
    ? T
    : T extends readonly (infer Each)[]
      ? readonly Json<Each>[]
      : unknown extends T
        ? unknown
        : { readonly [Key in keyof T]: Json<T[Key]> };

/** What Prometheus' data source reads of an annotation, and `@grafana/schema` leaves out. */
interface Annotation extends g.AnnotationQuery {
  expr: string;
  step: string;
  titleFormat: string;
  textFormat: string;
  tagKeys: string;
  useValueForTime: boolean;
}

/** The schema takes any options and settings of a panel; each kind of panel has types of its own for them. */
interface Panel<Kind extends string, Options, Custom> extends Omit<
  g.Panel,
  "type" | "options" | "fieldConfig"
> {
  type: Kind;
  options: Partial<Options>;
  fieldConfig: {
    defaults: Omit<g.FieldConfig, "custom"> & { custom?: Partial<Custom> };
    overrides: g.FieldConfigSource["overrides"];
  };
}

type AnyPanel =
  | g.RowPanel
  | Panel<"stat", stat.Options, never>
  | Panel<"table", g.TableOptions, g.TableFieldOptions>
  | Panel<"timeseries", timeseries.Options, timeseries.FieldConfig>
  | Panel<"state-timeline", timeline.Options, timeline.FieldConfig>;

/**
 * A classic dashboard with the kinds of panels that we use, as its file has it. The compiler is asked, at test time, whether
 * what was made is one.
 *
 * @public
 */
export type Dashboard = Json<
  Omit<g.Dashboard, "panels" | "annotations" | "weekStart"> & {
    panels: AnyPanel[];
    annotations: { list: Annotation[] };
    /** Grafana writes an empty text where nobody chose a day. */
    weekStart: "";
  }
>;
