import assert from "node:assert/strict";
import type { CgroupPlace } from "../../../src/exporter/2-collect/linux-cgroup-paths.ts";
import { createPressureReader } from "../../../src/exporter/2-collect/linux-cgroup-pressure.ts";
import { memoryHost, type MemoryFile } from "../../support/memory-host.ts";

const text = (seconds: number) =>
  `some avg10=1.00 avg60=0.00 avg300=0.00 total=${seconds * 1e6}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n`;

/** The pressure around a process in /a/b, on a machine with these files. */
function pressure(files: Readonly<Record<string, MemoryFile>>, whole = true) {
  const place: CgroupPlace = { version: 2, folder: "/cg", path: "/a/b", root: "", whole };
  return createPressureReader(memoryHost(files))(place);
}

describe("linux-cgroup-pressure", () => {
  it("takes the innermost level that keeps pressure, in seconds", () => {
    const found = pressure({
      "/cg/a/b/memory.pressure": text(3),
      "/cg/a/memory.pressure": text(90),
    });
    assert.deepEqual(found, {
      found: {
        scope: "/a/b",
        pressure: [
          { resource: "memory", kind: "some", seconds: 3 },
          { resource: "memory", kind: "full", seconds: 0 },
        ],
      },
    });
  });

  it("looks further up from a level whose cgroup.pressure is 0: its files are not there", () => {
    const found = pressure({
      "/cg/a/b/cgroup.pressure": "0\n",
      "/cg/a/cpu.pressure": text(7),
    });
    assert.equal(found.found?.scope, "/a");
  });

  it("never takes the whole machine's pressure for a workload's, but does take a container's own", () => {
    const top = { "/cg/cpu.pressure": text(7) };
    assert.deepEqual(pressure(top), { reason: "unsupported" });
    assert.equal(pressure(top, false).found?.scope, "/");
  });

  it("says why there is none: no PSI, PSI switched off at boot, refused, or failed", () => {
    const why = (file: MemoryFile) => pressure({ "/cg/a/b/cpu.pressure": file });
    assert.deepEqual(pressure({ "/cg/a/b/memory.max": "max\n" }), { reason: "unsupported" });
    assert.deepEqual(why({ failed: "EOPNOTSUPP" }), { reason: "unsupported" });
    assert.deepEqual(why("forbidden"), { reason: "forbidden" });
    assert.deepEqual(why({ failed: "EIO" }), { reason: "error" });
  });

  it("says what is missing beside what it found", () => {
    const { found, reason } = pressure({
      "/cg/a/b/cpu.pressure": text(1),
      "/cg/a/b/io.pressure": "forbidden",
    });
    assert.deepEqual([found?.pressure.length, reason], [2, "forbidden"]);
  });

  it("hands on why the place is unknown", () => {
    assert.deepEqual(createPressureReader(memoryHost({}))("forbidden"), { reason: "forbidden" });
  });

  it("reads a level once for all processes in it", () => {
    const host = memoryHost({ "/cg/a/b/cpu.pressure": text(1) });
    const read = createPressureReader(host);
    const place: CgroupPlace = { version: 2, folder: "/cg", path: "/a/b", root: "", whole: true };
    read(place);
    host.touched.length = 0;
    read(place);
    assert.deepEqual(host.touched, []);
  });
});
