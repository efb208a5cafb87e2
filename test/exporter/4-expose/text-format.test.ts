import assert from "node:assert/strict";
import fc from "fast-check";
import { Gauge, Registry } from "prom-client";
import { writeExposition } from "../../../src/exporter/4-expose/text-format.ts";

describe("the text format", () => {
  it("is to the byte what prom-client writes, for any labels, values and help", async () => {
    const label = fc.string({ unit: "binary", maxLength: 20 });
    const value = fc.double({ noNaN: true, noDefaultInfinity: true });
    await fc.assert(
      fc.asyncProperty(label, label, value, label, async (a, b, number, help) => {
        const registry = new Registry();
        const name = "mlx_some_bytes";
        fc.pre(help !== "");
        const gauge = new Gauge({ name, help, labelNames: ["a", "b"], registers: [registry] });
        gauge.set({ a, b }, number);
        const values = [{ labels: { a, b }, value: number }];
        const text = writeExposition([{ name, help, type: "gauge", values }], "text");
        assert.equal(text, await registry.metrics());
      }),
    );
  });

  it("names counters as each format wants them, and histograms by their parts", () => {
    const families = [
      { name: "a_total", help: "A.", type: "counter", values: [{ labels: {}, value: 1 }] },
      {
        name: "b",
        help: 'B\\ "b"\nb.',
        type: "histogram",
        values: [{ labels: { le: 1 }, value: 2, metricName: "b_bucket" }],
      },
    ];
    const b = '# HELP b B\\\\ "b"\\nb.\n# TYPE b histogram\nb_bucket{le="1"} 2\n';
    assert.equal(
      writeExposition(families, "text"),
      `# HELP a_total A.\n# TYPE a_total counter\na_total 1\n\n${b}`,
    );
    assert.equal(
      writeExposition(families, "openmetrics"),
      `# HELP a A.\n# TYPE a counter\na_total 1\n${b}# EOF\n`,
    );
  });
});
