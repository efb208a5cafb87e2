import assert from "node:assert/strict";
import { emitAlerts } from "../../../src/generator/4-emit/prometheus-rules.ts";
import { compile } from "../../../src/generator/3-compile/compile.ts";

describe("rule files", () => {
  it("evaluate a group as often as everything else, or as the plan says", () => {
    const plain = { name: "mlx-limits", rules: [] };
    assert.deepEqual(emitAlerts([plain, { name: "mlx-review", intervalSeconds: 120, rules: [] }]), [
      plain,
      { name: "mlx-review", interval: "2m", rules: [] },
    ]);
  });

  it("evaluate rules that look days back less often, and before Prometheus forgets their alerts", () => {
    const seldom = compile([], { version: "0", layout: "pack" }).alerts.filter(
      ({ intervalSeconds }) => intervalSeconds !== undefined,
    );
    assert.deepEqual(
      seldom.map(({ name }) => name),
      ["mlx-review"],
    );
    for (const { intervalSeconds = 0 } of seldom) assert.ok(intervalSeconds < 300);
  });
});
