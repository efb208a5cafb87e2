import assert from "node:assert/strict";
import { join } from "node:path";
import ts from "typescript";
import { repository } from "../../support/fixture-host.ts";
import { classics, panelsOf } from "./classic.ts";

/** Beside the types; nothing is written there. */
const folder = join(repository, "test/generator/dashboards");

/** What the compiler says of each of these as a dashboard of Grafana. All in one program, whose start is what takes long. */
function complaints(dashboards: readonly unknown[]): readonly (readonly string[])[] {
  const paths = dashboards.map((_, index) => join(folder, `dashboard-${index}.ts`));
  const texts = new Map(
    dashboards.map((dashboard, index) => [
      paths[index] ?? "",
      `import type { Dashboard } from "./grafana-types.ts";\nexport const d: Dashboard = ${JSON.stringify(dashboard)};\n`,
    ]),
  );
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    types: [],
    lib: ["lib.es2023.d.ts"],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
  };
  const host = ts.createCompilerHost(options);
  const disk = ts.createCompilerHost(options);
  host.fileExists = (name) => texts.has(name) || disk.fileExists(name);
  host.getSourceFile = (name, ...rest) => {
    const own = texts.get(name);
    return own === undefined
      ? disk.getSourceFile(name, ...rest)
      : ts.createSourceFile(name, own, rest[0]);
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
