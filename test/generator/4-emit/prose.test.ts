import assert from "node:assert/strict";
import { prose } from "../../../src/generator/4-emit/prose.ts";

describe("prose", () => {
  it("fills gaps and lets Prometheus' own templates through", () => {
    assert.equal(
      prose("{{who}} has {{what}}", { who: "{{ $labels.a }}", what: '<5 & "more"' }),
      '{{ $labels.a }} has <5 & "more"',
    );
  });

  it("refuses a gap that nobody fills", () => {
    assert.throws(() => prose("{{who}} has {{what}}", { who: "a" }), /"what" not defined/);
  });
});
