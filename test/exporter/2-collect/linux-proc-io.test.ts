import assert from "node:assert/strict";
import { readDiskBytes } from "../../../src/exporter/2-collect/linux-proc-io.ts";
import { fixtureHost, roots } from "../../support/fixture-host.ts";
import { memoryHost } from "../../support/memory-host.ts";

describe("linux-proc-io", () => {
  it("reads what went to disk and came from it, not what went through the cache", () => {
    assert.deepEqual(readDiskBytes(fixtureHost("hybrid-v1"), roots, 4242), {
      diskReadBytes: { value: 1024000 },
      diskWrittenBytes: { value: 24576 },
    });
  });

  it("says forbidden instead of 0 when the kernel refuses, and unsupported for a missing line", () => {
    const forbidden = { missing: "forbidden" };
    assert.deepEqual(readDiskBytes(fixtureHost("unified-v2"), roots, 4242), {
      diskReadBytes: forbidden,
      diskWrittenBytes: forbidden,
    });
    assert.deepEqual(readDiskBytes(memoryHost({ "/proc/1/io": "read_bytes: 5\n" }), roots, 1), {
      diskReadBytes: { value: 5 },
      diskWrittenBytes: { missing: "unsupported" },
    });
  });
});
