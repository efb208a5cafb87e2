import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkExpression } from "../../../src/generator/plan-check/check-expression.ts";
import { aggregators, functions } from "../../../src/generator/plan-check/functions.ts";
import { knownSeries } from "../../../src/generator/plan-check/known-series.ts";
import type { Type } from "../../../src/generator/plan-check/functions.ts";
import { runProgram } from "../../support/real-commands.ts";
import { requireTool } from "../../support/requires.ts";

function faultsOf(expression: string): readonly string[] {
  const faults: string[] = [];
  checkExpression(expression, knownSeries([]), (fault) => faults.push(fault));
  return faults;
}

const ratio = "mlx_workload_headroom_ratio";
const used = "mlx_workload_memory_used_bytes";
const total = "mlx_host_memory_total_bytes";
const kills = "mlx_workload_oom_kills_total";
const peak = "mlx:baseline_peak";

type Fault = readonly [expression: string, says: RegExp];

/** What promtool refuses, too. */
const notTyped: readonly Fault[] = [
  [`${used} > on ("workload") ${used}`, /on \("workload"\)/],
  ["a > ", /this is not PromQL/],
  ["", /this is not PromQL/],
  [`rate(${kills})`, /argument 1 of rate must be a range, not a vector/],
  [`abs(${used}[5m])`, /argument 1 of abs must be a vector, not a range/],
  [`clamp_min(${used}, ${used})`, /argument 2 of clamp_min must be a scalar, not a vector/],
  [`label_replace(${used}, 1, "b", "", "")`, /argument 2 of label_replace must be a string/],
  [`clamp(${used}, 1)`, /clamp takes 3 arguments, not 2/],
  [`round(${used}, 1, 2)`, /round takes 2 arguments, not 3/],
  [`label_join(${used}, "a")`, /label_join takes 4 arguments, not 2/],
  [`sum(${used}, 1)`, /sum takes 1 arguments, not 2/],
  [`topk(${used})`, /topk takes 2 arguments, not 1/],
  [`quantile("0.9", ${used})`, /argument 1 of quantile must be a scalar, not a string/],
  [`sum(${used}[5m])`, /argument 1 of sum must be a vector, not a range/],
  [`${used} > "1"`, /a string stands beside >/],
  [`${used} > ${used}[5m]`, /not in the language/],
  [`${used} > (${used}[5m])`, /a range stands beside >/],
  [`max_over_time(${used} + ${used}[5m:])`, /not in the language/],
  ["vector(1 > 2)", /> between two numbers needs bool/],
  [`${used} and 1`, /and takes series on both sides/],
  [`${used} > on (job) 1`, /on says how series match, and a side is a number/],
  [`max_over_time((${used} + (${used}[5m]))[5m:])`, /a range stands beside/],
  [`max_over_time((1 + 1)[5m:1m])`, /a range is taken of a scalar/],
  [`sort_by_label(${used}, "job")`, /sort_by_label is not in Prometheus 2\.42, or is experimental/],
  [`limitk(3, ${used})`, /limitk is not in Prometheus 2\.42, or is experimental/],
  ['{"mlx.used"}', /not in the language of Prometheus 2\.42/],
  [`rate(${kills}[5m] anchored)`, /'.*anchored' is not in the language/],
  [`${used} + on (job) fill(0) ${used}`, /not in the language/],
];

/** What promtool accepts, and what would fail, lie or stay silent. */
const notMeant: readonly Fault[] = [
  [`${used}[5m]`, /it gives a range, not series/],
  ['"text"', /it gives a string, not series/],
  ["1", /it gives a scalar, not series/],
  [`rate(${used}[5m])`, /rate of a gauge instead of a counter/],
  [`increase(ALERTS[5m])`, /increase of a gauge/],
  [`rate(max_over_time(${kills}[5m])[5m:])`, /rate of what was computed/],
  [`deriv(${kills}[5m])`, /deriv of a counter/],
  [`predict_linear(${kills}[5m], 60)`, /predict_linear of a counter/],
  [`holt_winters(${used}[5m], 0.5, 0.5)`, /this is not PromQL/],
  ["mlx_workload_memory_usd_bytes", /nothing publishes or records mlx_workload_memory_usd_bytes/],
  ["mlx:baseline_peek", /nothing publishes or records mlx:baseline_peek/],
  ["node_load1", /nothing publishes or records node_load1/],
  ['{__name__=~"mlx_.+"}', /a selector names no series/],
  ["mlx_process_threads", /mlx_process_threads has a pid/],
  [`${used}{resource="memory"}`, /has no label resource/],
  [`${peak}{job="x"}`, /has no label job/],
  [`sum by (gpu) (${used})`, /sum by \(gpu\), a label that the series do not have/],
  [`sum without (gpu) (${used})`, /sum without \(gpu\)/],
  [`sum by (workload) (max by (job) (${used}))`, /sum by \(workload\)/],
  [`${used} and on (resource) ${used}`, /and on \(resource\), a label that a side does not have/],
  [`${used} and on (workload) ${total}`, /and on \(workload\)/],
  [
    `${used} unless ignoring (gpu) ${used}`,
    /ignoring \(gpu\), a label that both sides do not have/,
  ],
  [
    `${used} * on (workload) group_left (model) max by (workload) (${peak})`,
    /group_left \(model\), a label that the one side does not have/,
  ],
  [`${used} > ${total}`, /the sides of > never match: one always has the label workload/],
  [`${used} and ${total}`, /the sides of and never match/],
  [`${total} unless ${ratio}`, /the sides of unless never match/],
  [
    `label_replace(${used}, "resource", "memory", "", "") > ${used}`,
    /never match: one always has the label resource/,
  ],
  [
    `${used} > on (workload) group_left () ${peak}`,
    /the one side of > … group_left is not aggregated/,
  ],
  [
    `max by (workload, resource) (${peak}) < on (workload) group_right () ${used}`,
    /a side of < on \(workload\) may have several series for one match/,
  ],
  [
    `${used} > on (workload) group_left () max by (workload, resource) (${peak})`,
    /a side of > on \(workload\) may have several series/,
  ],
  [`${used} > on (workload) ${used}`, /a side of > on \(workload\) may have several series/],
  [`${ratio} > ignoring (resource) ${used}`, /a side of > ignoring \(resource\) may have several/],
  [`${peak} > ${peak}`, /may have several series for one match: aggregate it/],
  [
    `count_values("n", ${used}) > on () max(${used})`,
    /a side of > on \(\) may have several series/,
  ],
];

const sound: readonly string[] = [
  "vector(1)",
  "vector(time() - 1)",
  "vector(pi() > bool 3)",
  `-${used} offset 5m > 1`,
  `rate(${kills}[5m] offset 5m) > 0`,
  `quantile_over_time(0.95, ${used}[3d:30m])`,
  `max_over_time(deriv(${used}[30m])[1h:])`,
  `topk(3, ${used}) > on (job, instance, workload) ${used}`,
  `${used} > on (workload) group_left () 2 * max by (workload) (${peak}{resource="memory"})`,
  `${used} > on (workload) group_left () max by (workload) (1.25 * ${peak} or label_replace(${peak}, "of", "peak", "", ""))`,
  `max by (workload) (${peak}) < on (workload) group_right () ${used}`,
  `sum by (job, instance) (${used}) / on (job, instance) max by (job, instance) (${total}) > 0.5`,
  `sum without (workload) (${used}) > ${total}`,
  `label_replace(${used}, "resource", "memory", "", "") > ${ratio}`,
  `${ratio}{resource="memory"} * on (job, instance, workload) ${used}`,
  `${ratio} > ignoring (resource) group_left () max without () (${used})`,
  `absent(up{job="mlx-headroom"}) or up == 0`,
  `sum by (anything) (ALERTS{alertname="X"}) and on () ${used}`,
  `ALERTS{alertname="X"} and on (job) ${used}`,
  `count_values("n", ${used}) > 1`,
  `label_join(${used}, "resource", "-", "job", "workload") > ${ratio}`,
  `label_replace(${used}, "workload", "$1", "job", "(.+)") > 0`,
  `round(${used}) + round(${used}, 10)`,
  "# a comment\nup == 1",
];

/** An argument of each type. */
const examples: Readonly<Record<Type, string>> = {
  scalar: "1",
  string: '"a"',
  vector: "up",
  range: "up[5m]",
};

function promtool(expressions: readonly string[]): number | null {
  const folder = mkdtempSync(join(tmpdir(), "mlx-headroom-types-"));
  try {
    const file = join(folder, "rules.yml");
    const rules = expressions.map((expr, index) => ({ record: `a${index}`, expr }));
    writeFileSync(file, JSON.stringify({ groups: [{ name: "a", rules }] }));
    return runProgram("promtool", ["check", "rules", file]).status;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("the check of expressions", () => {
  for (const [expression, says] of [...notTyped, ...notMeant]) {
    it(`finds fault with ${expression === "" ? "nothing" : expression}`, () => {
      const faults = faultsOf(expression);
      assert.ok(
        faults.some((fault) => says.test(fault)),
        faults.join("\n"),
      );
    });
  }

  for (const expression of sound) {
    it(`finds none with ${expression}`, () => {
      assert.deepEqual(faultsOf(expression), []);
    });
  }

  it("agrees with promtool about types and the language, and sees what promtool does not", function () {
    requireTool(this, "promtool", "judges expressions");
    this.timeout(60_000);
    for (const [expression] of notTyped) assert.notEqual(promtool([expression]), 0, expression);
    for (const [expression] of notMeant) assert.equal(promtool([expression]), 0, expression);
    assert.equal(promtool(sound), 0);
  });

  it("knows functions and aggregations as promtool does: all of them are accepted as its table has them", function () {
    requireTool(this, "promtool", "judges expressions");
    const calls = [...functions].flatMap(([name, { takes, optional, gives }]) => {
      const args = takes.map((type) => examples[type]);
      const least = typeof optional === "number" ? args.slice(0, args.length - optional) : args;
      const most = optional === "any" ? [...args, examples.string] : args;
      const call = (list: readonly string[]) =>
        gives === "scalar" ? `vector(${name}(${list.join(", ")}))` : `${name}(${list.join(", ")})`;
      return [call(least), call(most)];
    });
    const aggregations = [...aggregators].map(
      ([name, takes]) => `${name}(${[...takes.map((type) => examples[type]), "up"].join(", ")})`,
    );
    assert.ok(calls.length > 130 && aggregations.length === 12);
    assert.equal(promtool([...calls, ...aggregations]), 0);
  });
});
