import assert from "node:assert/strict";
import { homedir } from "node:os";
import { homeFolder } from "../../src/host/home-folder.ts";

describe("the home folder", () => {
  it("is the user's", () => {
    assert.equal(homeFolder(), homedir());
  });

  it("is nowhere for a user that no list knows, so that the program starts", () => {
    // What Node throws where systemd's DynamicUser has a number, no name and no HOME.
    const unknown = Object.assign(new Error("uv_os_homedir"), { code: "ERR_SYSTEM_ERROR" });
    const ask = () => {
      throw unknown;
    };
    assert.equal(homeFolder(ask), "/nonexistent");
  });

  it("hides no other fault", () => {
    assert.throws(() =>
      homeFolder(() => {
        throw new TypeError("a bug");
      }),
    );
  });
});
