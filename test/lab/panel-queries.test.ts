import assert from "node:assert/strict";
import type { DashboardFile } from "../../lab/dashboards.ts";
import { problemsOf, type PanelAnswer } from "../../lab/panel-answers.ts";
import { queriesOf, substituted, type PanelQuery } from "../../lab/panel-queries.ts";

const gridPos = { x: 0, y: 0, w: 24, h: 8 };

function dashboard(changes: Partial<DashboardFile> = {}): DashboardFile {
  return {
    uid: "d",
    title: "D",
    time: { from: "now-6h", to: "now" },
    panels: [],
    annotations: { list: [] },
    templating: { list: [] },
    ...changes,
  };
}

describe("the queries of a dashboard", () => {
  it("are those of its variables, its annotations and its panels, folded rows included", () => {
    const panel = (title: string, instant: boolean, legendFormat?: string) => ({
      ...{ type: "stat", title, gridPos },
      targets: [
        { refId: "A", expr: `of_${title}`, instant, ...(legendFormat && { legendFormat }) },
      ],
    });
    const found = queriesOf(
      dashboard({
        templating: {
          list: [
            { name: "datasource", type: "datasource", query: "prometheus" },
            { name: "job", type: "query", query: 'label_values(up{a="b, c"}, job)' },
            { name: "host", type: "query", query: { query: "label_values(up,instance)" } },
          ],
        },
        annotations: { list: [{ name: "kills", expr: "k > 0" }, { name: "built in" }] },
        panels: [
          panel("shown", true, "lowest"),
          { type: "row", title: "r", gridPos, panels: [panel("folded", false)] },
        ],
      }),
    );
    assert.deepEqual(
      found.map(({ name, how, expression }) => [name, how, expression]),
      [
        ["d / $job", "label values", 'up{a="b, c"}'],
        ["d / $host", "label values", "up"],
        ["d / annotation kills", "range", "k > 0"],
        ["d / shown / A: lowest", "instant", "of_shown"],
        ["d / folded / A", "range", "of_folded"],
      ],
    );
  });

  it("cannot be made of a variable that asks something else", () => {
    const list = [{ name: "x", type: "query", query: "query_result(up)" }];
    assert.throws(() => queriesOf(dashboard({ templating: { list } })), /query_result\(up\)/);
  });

  it("get values for variables, however they are written, and keep what label_replace counts", () => {
    const text = `label_replace(a{b=~"$job",c=~"\${job:regex}"}[$__range], "x", "$1", "y", "(.+)")`;
    assert.equal(
      substituted(text, { job: ".+", __range: "6h" }),
      `label_replace(a{b=~".+",c=~".+"}[6h], "x", "$1", "y", "(.+)")`,
    );
    assert.throws(() => substituted("a{b=~'$jobs'}", { job: ".+" }), /\$jobs has no value/);
  });
});

describe("what is wrong with the answers of a Prometheus", () => {
  const query = (name: string): PanelQuery => ({
    ...{ name, dashboard: "d", how: "range", expression: "e" },
  });
  const answer = (name: string, ...values: readonly number[]): PanelAnswer => ({
    query: query(name),
    asked: "e",
    series: [{ labels: {}, points: values.map((value) => [0, value] as const) }],
  });

  it("is nothing where each has a value, or is empty with a reason", () => {
    assert.deepEqual(problemsOf([answer("a", NaN, 0), answer("b")], { b: "no GPU" }), []);
  });

  it("is what has no value, or none that is a number", () => {
    const none: PanelAnswer = { ...answer("c"), series: [] };
    assert.deepEqual(problemsOf([answer("a", NaN), answer("b"), none], {}), [
      "a returns nothing.\n  e",
      "b returns nothing.\n  e",
      "c returns nothing.\n  e",
    ]);
  });

  it("is what was refused, though it may be empty", () => {
    const refused = { ...answer("a"), refused: "parse error" };
    assert.deepEqual(problemsOf([refused], { a: "no GPU" }), ["a is refused: parse error\n  e"]);
  });

  it("is a list that says of something that it is empty which is not, or is not there", () => {
    assert.deepEqual(problemsOf([answer("a", 1)], { a: "no GPU", b: "no Mac" }), [
      "a is listed as empty and returns data.",
      "b is listed as empty, and no dashboard asks it.",
    ]);
  });
});
