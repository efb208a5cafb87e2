import assert from "node:assert/strict";
import { readBearerToken } from "../../../src/exporter/probe/bearer-token.ts";
import { memoryHost, type MemoryFile } from "../../support/memory-host.ts";

const read = (file: MemoryFile) => readBearerToken(memoryHost({ "/t": file }).files, "/t");

describe("a bearer token", () => {
  it("is what its file holds, without the white space around it", () => {
    assert.deepEqual(read(" \nsk-a.b+c/d=\r\n"), { token: "sk-a.b+c/d=" });
  });

  it("is missing where no header could carry it, and the reason repeats nothing of it", () => {
    assert.deepEqual(read("sk-a\nx-evil: 1"), { missing: "no token" });
    assert.deepEqual(read("sk-é"), { missing: "no token" });
    assert.deepEqual(read(" \n"), { missing: "empty" });
  });

  it("is missing where its file cannot be read", () => {
    assert.deepEqual(read("forbidden"), { missing: "forbidden" });
    assert.deepEqual(read({ failed: "EIO" }), { missing: "EIO" });
    const { files } = memoryHost({});
    assert.deepEqual(readBearerToken(files, "/t"), { missing: "absent" });
  });
});
