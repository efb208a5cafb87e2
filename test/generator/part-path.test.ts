import assert from "node:assert/strict";
import { generate } from "../../src/generator/generator.ts";
import { partPath } from "../../src/generator/part-path.ts";
import { layouts } from "../../src/model/plan.ts";
import { exampleFile } from "./profile-document.ts";

describe("the path of a part of a plan", () => {
  for (const layout of layouts) {
    it(`is that of the file it is written to (${layout})`, () => {
      const made = new Map(
        generate([exampleFile], { version: "0", layout }).map(({ path, text }) => [path, text]),
      );
      const pathOf = partPath(layout);
      const textOf = (part: Parameters<typeof pathOf>[0]) => made.get(pathOf(part)) ?? "";
      assert.match(textOf({ kind: "alerts" }), /alert: MlxHeadroomLow/);
      assert.match(textOf({ kind: "thresholds" }), /name: mlx-thresholds/);
      assert.match(textOf({ kind: "dashboard", name: "mlx-headroom" }), /"panels"/);
      assert.match(textOf({ kind: "baselines", name: "chat" }), /name: mlx-baselines-chat/);
      assert.match(textOf({ kind: "test", name: "mlx-limit-hit" }), /alertname: MlxLimitHit/);
    });
  }
});
