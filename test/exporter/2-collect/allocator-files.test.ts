import assert from "node:assert/strict";
import { readAllocator } from "../../../src/exporter/2-collect/allocator-files.ts";
import { known, missing } from "../../../src/model/reading.ts";
import { allocatorReport } from "../../support/allocator-report.ts";
import { roots } from "../../support/fixture-host.ts";
import { memoryHost, type MemoryFile } from "../../support/memory-host.ts";

const server = { pid: 4242, ownPid: 4242, startTicks: 240085, uid: 1000 };
const inContainer = { ...server, ownPid: 7 };
const own = (changes: Readonly<Record<string, unknown>> = {}, uid = 1000): MemoryFile => ({
  owned: allocatorReport(changes),
  uid,
});

function look(
  files: Readonly<Record<string, MemoryFile>>,
  process: Parameters<typeof readAllocator>[2] = server,
  folders?: readonly string[],
) {
  const host = memoryHost(files, { unixSeconds: 1001 });
  return { ...readAllocator(host, roots, process, folders), touched: host.touched };
}

/** Of the process as it is and of one of another pid: 1 and 2 million bytes. */
const active = (bytes: number) => own({ active_bytes: bytes });

describe("allocator-files", () => {
  it("finds the report of a process in the shared folder, and in its user's", () => {
    for (const folder of ["/run/mlx-headroom", "/run/user/1000/mlx-headroom"]) {
      assert.deepEqual(look({ [`${folder}/4242.json`]: active(1) }).activeBytes, known(1));
    }
    assert.deepEqual(
      look({ "/run/user/0/mlx-headroom/4242.json": active(1) }).activeBytes,
      missing("not_measured"),
    );
  });

  it("looks in the process's own root first: in a container the same path is another folder", () => {
    const files = {
      "/proc/4242/root/run/mlx-headroom/7.json": own({ pid: 7, active_bytes: 1 }),
      "/run/mlx-headroom/7.json": own({ pid: 7, active_bytes: 2 }),
    };
    assert.deepEqual(look(files, inContainer).activeBytes, known(1));
  });

  it("finds a container's report on the host, by its own pid, when its root may not be entered", () => {
    const files = {
      "/proc/4242/root": "forbidden",
      "/run/mlx-headroom/7.json": own({ pid: 7, active_bytes: 2 }),
      "/run/mlx-headroom/4242.json": own({ active_bytes: 3 }),
    };
    assert.deepEqual(look(files, inContainer).activeBytes, known(2));
  });

  it("says of a container whose root may not be entered that it may not look, and of another process that nothing is there", () => {
    const files = { "/proc/4242/root": "forbidden" };
    assert.deepEqual(look(files, inContainer).activeBytes, missing("forbidden"));
    assert.deepEqual(look(files, server).activeBytes, missing("not_measured"));
  });

  it("says that it may not look where the report, or a folder that may hold it, is closed to it", () => {
    for (const path of ["/run/mlx-headroom/4242.json", "/run/user/1000"])
      assert.deepEqual(look({ [path]: "forbidden" }).activeBytes, missing("forbidden"));
  });

  it("looks in the given folders only, when some are given", () => {
    const files = {
      "/run/mlx-headroom/4242.json": active(1),
      "/b/4242.json": active(2),
      "/proc/4242/root/c/4242.json": active(3),
    };
    assert.deepEqual(look(files, server, ["/a", "/b"]).activeBytes, known(2));
    assert.deepEqual(look(files, server, ["/c"]).activeBytes, known(3));
    assert.deepEqual(look(files, server, ["/a"]).activeBytes, missing("not_measured"));
  });

  it("opens a handful of files by name and lists nothing, however many lie there", () => {
    const stale = Object.fromEntries(
      Array.from({ length: 1000 }, (_, pid) => [`/run/mlx-headroom/${pid}.json`, active(1)]),
    );
    const { touched } = look({ ...stale, "/run/user/1000/mlx-headroom/4242.json": active(2) });
    assert.ok(touched.length <= 4);
    assert.ok(touched.every((path) => path.endsWith("/4242.json")));
  });

  for (const [what, file, why] of [
    ["another user's", own({}, 33), "it belongs to another user"],
    ["root's, for a process that is not", own({}, 0), "it belongs to another user"],
    ["no regular file", "text", "it is no regular file"],
    ["1 MB long", { owned: " ".repeat(1_000_000), uid: 1000 }, "it is too large"],
    ["not JSON", { owned: "NaN", uid: 1000 }, "it is no report"],
    ["of another pid", own({ pid: 1 }), "it names another pid"],
    ["unreadable", { failed: "EIO" }, "EIO"],
  ] as const) {
    it(`refuses a report that is ${what}, and says so`, () => {
      const found = look({ "/run/mlx-headroom/4242.json": file });
      assert.deepEqual(found.activeBytes, missing("error"));
      assert.deepEqual(found.reportTime, missing("error"));
      assert.equal(found.refused, why);
    });
  }

  it("finds the true report behind a false one that another user put in its way", () => {
    const found = look({
      "/run/mlx-headroom/4242.json": own({ active_bytes: 9 }, 33),
      "/run/user/1000/mlx-headroom/4242.json": active(1),
    });
    assert.deepEqual(found.activeBytes, known(1));
    assert.equal(found.refused, undefined);
  });

  it("takes what an earlier process left behind for no report", () => {
    const found = look({ "/run/mlx-headroom/4242.json": own({ start_ticks: 5 }) });
    assert.deepEqual(found.activeBytes, missing("not_measured"));
  });

  it("believes nothing of a process whose user is not known", () => {
    const files = { "/run/mlx-headroom/4242.json": active(1) };
    const found = look(files, { ...server, uid: undefined });
    assert.deepEqual(found.activeBytes, missing("unsupported"));
  });
});
