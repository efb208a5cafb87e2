import assert from "node:assert/strict";
import { quantity } from "../../../src/exporter/housing/kubernetes-quantity.ts";

describe("quantities of Kubernetes", () => {
  // prettier-ignore
  const quantities: readonly (readonly [string, number])[] = [
    ["1Gi", 2 ** 30], ["1.5Gi", 1.5 * 2 ** 30], ["512Mi", 2 ** 29], ["64Ki", 65_536], ["1Ti", 2 ** 40],
    ["1Pi", 2 ** 50], ["1Ei", 2 ** 60], ["1G", 1e9], ["1k", 1000], ["2M", 2e6], ["3T", 3e12], ["1P", 1e15], ["1E", 1e18],
    ["500m", 0.5], ["100m", 0.1], ["1", 1], ["1.5", 1.5], ["0", 0], ["+2", 2], ["1.", 1], [".5", 0.5],
    ["1e3", 1000], ["1E3", 1000], ["12e-1", 1.2], ["1e+2", 100], ["250000u", 0.25], ["5n", 5e-9],
  ];
  for (const [text, value] of quantities)
    it(`are read: ${text}`, () => {
      assert.equal(quantity(text), value);
    });

  // prettier-ignore
  for (const text of ["", "Gi", "-1", "1gi", "1 Gi", "1e", "1e999", "1constructor", "1__proto__", "1.2.3", "٣", "9".repeat(40), "NaN", "0x10"])
    it(`are none: ${text}`, () => {
      assert.equal(quantity(text), undefined);
    });
});
