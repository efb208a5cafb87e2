import assert from "node:assert/strict";
import { readOpenFds } from "../../../src/exporter/2-collect/linux-proc-fds.ts";
import { fixtureHost, roots } from "../../support/fixture-host.ts";
import { memoryHost } from "../../support/memory-host.ts";

describe("linux-proc-fds", () => {
  it("counts descriptors, or says why it cannot", () => {
    assert.deepEqual(readOpenFds(fixtureHost("hybrid-v1"), roots, 4242), { value: 7 });
    const host = memoryHost({ "/proc/1/fd": "forbidden" });
    assert.deepEqual(readOpenFds(host, roots, 1), { missing: "forbidden" });
  });
});
