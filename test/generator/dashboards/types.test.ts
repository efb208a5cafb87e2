import assert from "node:assert/strict";
import { join } from "node:path";
import ts from "typescript";
import { repository } from "../../support/fixture-host.ts";
import { classics, panelsOf } from "./classic.ts";

/**
 * Grafana's own types of a dashboard, as JSON spells them: members of an enumeration are their values. Of each kind of
 * panel its options are typed, too, and the settings of its fields.
 */
const prelude = `
import type * as g from "@grafana/schema";
import type * as stat from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type * as timeseries from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";
import type * as timeline from "@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen";

type Json<T> = T extends string ? \`\${T}\`
  : T extends number | boolean | null | undefined ? T
  : T extends readonly (infer Each)[] ? readonly Json<Each>[]
  : unknown extends T ? unknown
  : { readonly [Key in keyof T]: Json<T[Key]> };

/** What Prometheus' data source reads of an annotation, and @grafana/schema leaves out. */
interface Annotation extends g.AnnotationQuery {
  expr: string; step: string; titleFormat: string; textFormat: string; tagKeys: string; useValueForTime: boolean;
}
/** What Grafana writes and reads, and @grafana/schema does not say. */
interface Extra { weekStart: "" }

interface Panel<Kind extends string, Options, Custom> extends Omit<g.Panel, "type" | "options" | "fieldConfig"> {
  type: Kind;
  options: Partial<Options>;
  fieldConfig: { defaults: Omit<g.FieldConfig, "custom"> & { custom?: Partial<Custom> }; overrides: g.FieldConfigSource["overrides"] };
}
type AnyPanel =
  | g.RowPanel
  | Panel<"stat", stat.Options, never>
  | Panel<"table", g.TableOptions & { sortBy: g.TableSortByFieldState[] }, g.TableFieldOptions>
  | Panel<"timeseries", timeseries.Options, timeseries.FieldConfig>
  | Panel<"state-timeline", timeline.Options, timeline.FieldConfig>;

export type Dashboard = Json<Omit<g.Dashboard, "panels" | "annotations" | keyof Extra> & Extra & {
  panels: AnyPanel[];
  annotations: { list: Annotation[] };
}>;
`;

const folder = join(repository, "build", "grafana-types");

/** What the compiler says of each of these as a dashboard of Grafana. All in one program, whose start is what takes long. */
function complaints(dashboards: readonly unknown[]): readonly (readonly string[])[] {
  const paths = dashboards.map((_, index) => join(folder, `dashboard-${index}.ts`));
  const texts = new Map([[join(folder, "types.ts"), prelude]]);
  for (const [index, dashboard] of dashboards.entries())
    texts.set(
      paths[index] ?? "",
      `import type { Dashboard } from "./types.js";\nexport const d: Dashboard = ${JSON.stringify(dashboard)};\n`,
    );
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    lib: ["lib.es2023.d.ts"],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, directoryExists } = host;
  host.directoryExists = (name) => name === folder || (directoryExists?.(name) ?? true);
  host.fileExists = (name) => texts.has(name) || fileExists(name);
  host.getSourceFile = (name, ...rest) => {
    const text = texts.get(name);
    return text === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, text, rest[0]);
  };
  const said = ts.getPreEmitDiagnostics(ts.createProgram(paths, options, host));
  assert.ok(
    said.every(({ file }) => file !== undefined && paths.includes(file.fileName)),
    text(said[0]),
  );
  return paths.map((path) => said.filter(({ file }) => file?.fileName === path).map(text));
}

function text(diagnostic?: ts.Diagnostic): string {
  return ts.flattenDiagnosticMessageText(diagnostic?.messageText, "\n");
}

describe("the dashboards, by Grafana's own types", () => {
  const dashboards = classics();
  const [fleet] = dashboards;
  const [first] = fleet === undefined ? [] : panelsOf(fleet);
  const planted: Readonly<Record<string, object>> = {
    "an unknown setting": { colour: "red" },
    "an unknown kind of panel": { panels: [{ ...first, type: "pie" }] },
    "an unknown value of an option": { panels: [{ ...first, options: { textMode: "loud" } }] },
    "half a place": { panels: [{ ...first, gridPos: { x: 0 } }] },
  };
  let said: readonly (readonly string[])[] = [];

  before(function () {
    this.timeout(120_000);
    said = complaints([
      ...dashboards,
      ...Object.values(planted).map((part) => ({ ...fleet, ...part })),
    ]);
  });

  it("are dashboards with panels, options and settings that Grafana knows", () => {
    assert.equal(dashboards.length, 5);
    assert.deepEqual(said.slice(0, 5), [[], [], [], [], []]);
  });

  for (const [index, fault] of Object.keys(planted).entries()) {
    it(`would be refused with ${fault}`, () => {
      assert.ok((said[5 + index]?.length ?? 0) > 0);
    });
  }
});
