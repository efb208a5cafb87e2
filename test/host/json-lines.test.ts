import assert from "node:assert/strict";
import { jsonLinesIn } from "../../src/host/json-lines.ts";

describe("lines of JSON", () => {
  it("are put together from chunks of any size", () => {
    const lines = [{ kind: "blocked" }, { kind: "off", why: "no_koffi", detail: "näh" }];
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    for (let size = 1; size <= bytes.length; size++) {
      const told: unknown[] = [];
      const take = jsonLinesIn((line) => told.push(line));
      for (let at = 0; at < bytes.length; at += size) take(bytes.subarray(at, at + size));
      assert.deepEqual(told, lines);
    }
  });
});
