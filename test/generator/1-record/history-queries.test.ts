import assert from "node:assert/strict";
import { parser } from "@prometheus-io/lezer-promql";
import { headerQueries, historyQueries } from "../../../src/generator/1-record/history-queries.ts";

/** Whether PromQL's own grammar finds nothing wrong. */
function isPromql(expression: string): boolean {
  let fine = true;
  parser.parse(expression).iterate({ enter: ({ type }) => void (fine &&= !type.isError) });
  return fine;
}

describe("queries for a history", () => {
  for (const instance of [undefined, '"a\\b":1', "mac-1:10836"]) {
    it(`are PromQL for the instance ${instance ?? "that there is"}`, () => {
      const subject = { workload: "mlx_lm.server:m", ...(instance !== undefined && { instance }) };
      const expressions = [
        ...historyQueries(subject).map(({ expression }) => expression),
        ...Object.values(headerQueries(subject, 86_400)),
      ];
      assert.ok(expressions.length > 25);
      for (const expression of expressions) assert.ok(isPromql(expression), expression);
    });
  }

  it("ask for this workload and this instance alone", () => {
    for (const { key, expression } of historyQueries({ workload: "chat", instance: "a:1" })) {
      assert.match(expression, /instance="a:1"/);
      if (key.of !== "available") assert.match(expression, /workload="chat"/);
    }
  });

  it("ask for each kind of thing once", () => {
    const keys = historyQueries({ workload: "chat" }).map(({ key }) => JSON.stringify(key));
    assert.equal(new Set(keys).size, keys.length);
  });
});
