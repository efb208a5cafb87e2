import assert from "node:assert/strict";
import { promql, quoted, series } from "../../../src/generator/3-compile/promql.ts";

describe("PromQL", () => {
  it("loses the indentation of the source and keeps its own", () => {
    assert.equal(promql("\n      a\n        > b\n    "), "a\n  > b");
  });

  it("is refused where it does not parse", () => {
    assert.throws(() => promql("a > "), /not PromQL at character/);
    assert.throws(() => promql("sum by (a (b)"), /not PromQL at character/);
    assert.throws(() => promql(""), /not PromQL/);
  });

  it("may use Grafana's durations", () => {
    assert.equal(promql("rate(a_total[$__rate_interval])"), "rate(a_total[$__rate_interval])");
    assert.equal(promql("increase(a_total[$__range])"), "increase(a_total[$__range])");
  });

  it("escapes label values", () => {
    assert.equal(quoted('a"b\\c\n'), String.raw`"a\"b\\c\n"`);
    assert.equal(promql(series("up", { path: 'C:\\"x"' })), String.raw`up{path="C:\\\"x\""}`);
  });
});
