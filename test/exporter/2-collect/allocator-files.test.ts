import assert from "node:assert/strict";
import {
  readAllocator,
  readDarwinAllocator,
} from "../../../src/exporter/2-collect/allocator-files.ts";
import { known, missing } from "../../../src/model/figure.ts";
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

describe("allocator-files on macOS", () => {
  const mac = { pid: 4242, uid: 501, userName: "dev", startTime: 900 };
  const report = (bytes: number, uid = 501): MemoryFile => ({
    owned: allocatorReport({ start_ticks: undefined, start_time: 900.25, active_bytes: bytes }),
    uid,
  });
  const own = "/home/memory/Library/Caches/mlx-headroom";

  function lookOnMac(
    files: Readonly<Record<string, MemoryFile>>,
    process: Parameters<typeof readDarwinAllocator>[1] = mac,
    folders?: readonly string[],
  ) {
    const host = memoryHost(files, { platform: "darwin", unixSeconds: 1001, uid: 501 });
    return { ...readDarwinAllocator(host, process, folders), touched: host.touched };
  }

  it("finds the report of a process in the shared folder, and in its user's own", () => {
    for (const folder of ["/var/run/mlx-headroom", own])
      assert.deepEqual(lookOnMac({ [`${folder}/4242.json`]: report(1) }).activeBytes, known(1));
  });

  it("finds another user's by that user's name, and root's where root lives", () => {
    const caches = "Library/Caches/mlx-headroom/4242.json";
    const other = { ...mac, uid: 502, userName: "anna" };
    const files = {
      [`/Users/anna/${caches}`]: report(2, 502),
      [`/var/root/${caches}`]: report(3, 0),
    };
    assert.deepEqual(lookOnMac(files, other).activeBytes, known(2));
    assert.deepEqual(lookOnMac(files, { ...mac, uid: 0, userName: "root" }).activeBytes, known(3));
    const nameless = lookOnMac(files, { pid: 4242, uid: 502, startTime: 900 });
    assert.deepEqual(nameless.activeBytes, missing("not_measured"));
    assert.deepEqual(nameless.touched, ["/var/run/mlx-headroom/4242.json"]);
  });

  it("says that it may not look into a folder that is another user's alone", () => {
    const files = { "/Users/anna/Library": "forbidden" };
    const found = lookOnMac(files, { ...mac, uid: 502, userName: "anna" });
    assert.deepEqual(found.activeBytes, missing("forbidden"));
  });

  it("looks in the given folders only, when some are given, and in no process's root", () => {
    const files = { [`${own}/4242.json`]: report(1), "/b/4242.json": report(2) };
    const found = lookOnMac(files, mac, ["/a", "/b"]);
    assert.deepEqual(found.activeBytes, known(2));
    assert.deepEqual(found.touched, ["/a/4242.json", "/b/4242.json"]);
  });

  it("refuses another user's report, and takes an earlier process's for none", () => {
    const path = "/var/run/mlx-headroom/4242.json";
    assert.equal(lookOnMac({ [path]: report(1, 33) }).refused, "it belongs to another user");
    const later = { ...mac, startTime: 950 };
    assert.deepEqual(lookOnMac({ [path]: report(1) }, later).activeBytes, missing("not_measured"));
  });
});
