import assert from "node:assert/strict";
import { prometheusAnswer } from "../../../src/generator/1-record/prometheus-answer.ts";
import type { Exchange } from "../../../src/model/exchange.ts";

const said = (body: unknown, status = 200): Exchange => ({
  kind: "answered",
  status,
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
});
const detail = (answer: Exchange) => {
  const read = prometheusAnswer(answer);
  return read.kind === "failed" ? read.detail : "";
};

describe("what a Prometheus answers", () => {
  it("is read as series, for a range as for an instant, without what is no number", () => {
    const range = {
      metric: { pid: "7" },
      values: [
        [1, "5"],
        [2, "NaN"],
        [3, "+Inf"],
        [4, "6e3"],
      ],
    };
    const instant = { metric: {}, value: [9, "1"] };
    const answer = prometheusAnswer(
      said({ status: "success", data: { result: [range, instant] } }),
    );
    assert.ok(answer.kind === "series");
    assert.deepEqual(
      [...(answer.series[0]?.values ?? [])],
      [
        [1, 5],
        [4, 6000],
      ],
    );
    assert.deepEqual(answer.series[0]?.labels, { pid: "7" });
    assert.deepEqual([...(answer.series[1]?.values ?? [])], [[9, 1]]);
    assert.deepEqual(answer.warnings, []);
  });

  it("is complete or not: warnings are kept, cut, and without what moves a cursor", () => {
    const warnings = ["a\x1b[2Jstore", "x".repeat(999)];
    const answer = prometheusAnswer(said({ status: "success", warnings, data: { result: [] } }));
    assert.ok(answer.kind === "series");
    assert.deepEqual(answer.warnings, ["a [2Jstore", "x".repeat(200)]);
  });

  it("may be an error, with its status and its own words", () => {
    assert.equal(
      detail(said({ status: "error", error: "parse error" }, 400)),
      "it answered with status 400: parse error",
    );
    assert.equal(detail(said("<html>Unauthorized</html>", 401)), "it answered with status 401");
    assert.equal(detail(said({ status: "error", error: "too many" })), "too many");
    assert.equal(detail(said({ status: "error" })), "it reports an error");
  });

  it("may not be that of a Prometheus at all", () => {
    for (const body of ["<html>", "null", { status: "success", data: { result: [{ metric: 1 }] } }])
      assert.equal(detail(said(body)), "its answer is not that of a Prometheus");
  });

  it("may not come", () => {
    assert.match(detail({ kind: "timeout" }), /no whole answer in time/);
    assert.match(detail({ kind: "too_large" }), /too large; a larger --step/);
    assert.equal(
      detail({ kind: "failed", code: "ECONNREFUSED" }),
      "it could not be reached (ECONNREFUSED)",
    );
    assert.equal(detail({ kind: "cancelled" }), "it was interrupted");
  });
});
