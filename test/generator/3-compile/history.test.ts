import assert from "node:assert/strict";
import { constants } from "../../../src/catalog/alerts.ts";
import { historyName, outlookNames } from "../../../src/catalog/history.ts";
import { metrics } from "../../../src/catalog/metrics.ts";
import { compile } from "../../../src/generator/3-compile/compile.ts";
import { promql } from "../../../src/generator/3-compile/promql.ts";

const plan = compile([], { version: "0", layout: "pack" });
const rules = plan.history.flatMap((group) => group.rules);

describe("recorded history", () => {
  it("has the peak and the 95th percentile of five resources, over five minutes and an hour", () => {
    const windows = rules.filter(({ record }) => /:(max|p95)_(5m|1h)$/.test(record));
    assert.equal(windows.length, 5 * 2 * 2);
    assert.ok(windows.some(({ record }) => record === historyName("memory", "max", "1h")));
    assert.equal(historyName("memory", "max", "1h"), "workload:mlx_memory_used_bytes:max_1h");
  });

  it("is named level:metric:operation, each once", () => {
    const names = rules.map(({ record }) => record);
    for (const name of names) assert.match(name, /^workload:mlx_[a-z_]+:[a-z0-9_]+$/);
    assert.equal(new Set(names).size, names.length);
    for (const name of Object.values(outlookNames)) assert.ok(names.includes(name), name);
  });

  it("is evaluated often enough that no series is empty in between, and not more often", () => {
    for (const { intervalSeconds } of plan.history) assert.equal(intervalSeconds, 120);
  });

  it("is PromQL that reads no process, and nothing that nobody publishes or records", () => {
    const known = new Set<string>([
      ...Object.values(metrics).map(({ name }) => name),
      ...Object.values(constants),
      ...rules.map(({ record }) => record),
    ]);
    for (const { record, expr } of rules) {
      assert.equal(promql(expr), expr);
      assert.doesNotMatch(expr, /mlx_process_/);
      for (const [name] of expr.matchAll(/(?:workload:|mlx:)?\bmlx_[a-z0-9_:]+|mlx:\w+/g))
        assert.ok(known.has(name), `${record} reads ${name}`);
    }
  });

  it("never makes a 0 of what is absent: nothing stands in for it", () => {
    for (const { expr } of rules) assert.doesNotMatch(expr, /\bvector\(|\babsent|\bor vector/);
  });

  it("has a claim for every rule: a value, or days, or what fits", () => {
    const exprs = plan.tests
      .filter(({ rules: loaded }) => loaded.includes("history"))
      .flatMap(({ tests }) => tests.flatMap(({ samples }) => samples))
      .filter(({ samples }) => samples.length > 0)
      .map(({ expr }) => expr);
    for (const { record } of rules)
      assert.ok(
        exprs.some((expr) => expr.includes(record)),
        record,
      );
  });

  it("is what a second Prometheus keeps: every series of it, and no other", () => {
    assert.deepEqual(
      plan.keeping.series,
      rules.map(({ record }) => record),
    );
    assert.equal(plan.keeping.intervalSeconds, 120);
  });
});

describe("every group", () => {
  it("has at most the twenty rules that Mimir takes", () => {
    const groups = [
      ...plan.history.map(({ rules: { length } }) => length),
      ...plan.alerts.map(({ rules: { length } }) => length),
      plan.thresholds.constants.length,
    ];
    assert.ok(Math.max(...groups) <= 20, groups.join());
  });
});
