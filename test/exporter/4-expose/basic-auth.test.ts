import assert from "node:assert/strict";
import { credentialsIn } from "../../../src/exporter/4-expose/basic-auth.ts";

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("the Authorization header", () => {
  it("holds a user up to the first colon, and a password of any characters", () => {
    assert.deepEqual(credentialsIn(basic("ada:pass:wörd ")), {
      user: "ada",
      password: "pass:wörd ",
    });
    assert.deepEqual(credentialsIn(basic(":")), { user: "", password: "" });
    assert.deepEqual(credentialsIn(basic("ada:x").replace("Basic", "bAsIc")), {
      user: "ada",
      password: "x",
    });
  });

  it("says nothing when it is absent or something else", () => {
    for (const header of [undefined, "", "Basic", "Basic !!", "Bearer abc", basic("no colon")])
      assert.equal(credentialsIn(header), undefined, header);
  });
});
