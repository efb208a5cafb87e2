import assert from "node:assert/strict";
import { UserError } from "../../src/model/user-error.ts";

describe("user errors", () => {
  it("say what, where and what to do next in plain sentences", () => {
    const facts = {
      address: "127.0.0.1:1",
      command: "serve",
      detail: "Something is wrong",
      flag: "--out",
      line: "3",
      name: "x",
      path: "/p",
      pid: "1",
      platform: "darwin",
      url: "u",
    };
    for (const code of UserError.codes) {
      const { message } = new UserError(
        code,
        new Proxy(facts, { get: (all: Record<string, string>, key: string) => all[key] ?? "fact" }),
      );
      assert.match(message, /^\S.*\.$/s, code);
      assert.doesNotMatch(message, /undefined|\.\.|\n/, code);
    }
  });
});
