import assert from "node:assert/strict";
import { environmentOf } from "../../../src/generator/2-profile/environment.ts";
import { header } from "../../support/recordings.ts";

describe("the environment of a profile", () => {
  const served = header({ scenario: "peak", runtime: "mlx_lm.server", model: { name: "tiny" } });
  const bare = header({ scenario: "import", runtime: "custom", model: { name: "none of ours" } });

  it("is that of the workload, and not of the program that only imports MLX, whichever was recorded last", () => {
    for (const headers of [
      [bare, served],
      [served, bare],
    ]) {
      const { environment, mixed } = environmentOf(headers);
      assert.equal(environment.runtime, "mlx_lm.server");
      assert.equal(environment.model?.name, "tiny");
      assert.deepEqual(mixed, []);
    }
  });

  it("names what differs between recordings and should not", () => {
    const other = header({ scenario: "idle", runtime: "vllm-mlx", model: { name: "tiny" } });
    assert.deepEqual(environmentOf([served, other]).mixed, ["runtime"]);
  });
});
