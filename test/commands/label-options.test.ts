import assert from "node:assert/strict";
import { labelOptions } from "../../src/commands/label-options.ts";
import { UserError } from "../../src/model/user-error.ts";

const options = (given: Readonly<Record<string, string | string[]>>) =>
  labelOptions("serve", { options: given, positionals: [] });

describe("label-options", () => {
  it("publishes no label that nobody named, and knows the two that mean something", () => {
    assert.deepEqual(options({}), {
      workload: "mlx-headroom.workload",
      monitor: "mlx-headroom.monitor",
      published: [],
    });
  });

  it("takes other names, and labels to publish, each once", () => {
    const given = { "labels.workload": "app", "labels.publish": ["app", "team", "app"] };
    assert.deepEqual(options(given), {
      workload: "app",
      monitor: "mlx-headroom.monitor",
      published: ["app", "team"],
    });
  });

  it("refuses labels that would be one in Prometheus", () => {
    assert.throws(
      () => options({ "labels.publish": ["a.b", "c", "a-b"] }),
      (error) =>
        error instanceof UserError &&
        /'a\.b' and 'a-b' would both be label_a_b/.test(error.message),
    );
  });
});
