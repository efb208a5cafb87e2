import assert from "node:assert/strict";
import { slugs } from "../../../src/generator/3-compile/slug.ts";
import { UserError } from "../../../src/model/user-error.ts";

describe("slugs", () => {
  it("are lower case and hold nothing a file system minds", () => {
    const names = ["chat", "mlx_lm.server:Qwen2.5-7B"];
    assert.deepEqual(
      [...slugs(names)],
      [
        ["chat", "chat"],
        ["mlx_lm.server:Qwen2.5-7B", "mlx_lm.server-qwen2.5-7b"],
      ],
    );
  });

  it("must differ", () => {
    assert.throws(
      () => slugs(["a:b", "A-b"]),
      new UserError("slug-collision", { workload: "A-b", other: "a:b", slug: "a-b" }),
    );
  });
});
