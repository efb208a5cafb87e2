import assert from "node:assert/strict";
import { readThreads } from "../../../src/exporter/2-collect/linux-threads.ts";
import { roots } from "../../support/fixture-host.ts";
import { memoryHost, type MemoryFile } from "../../support/memory-host.ts";

const stat = (tid: number, comm: string, user: number, system: number) =>
  `${tid} (${comm}) S 1 1 1 0 -1 0 1 2 3 4 ${user} ${system} 0 0 20 0 2 0 ${tid * 10} 1 2`;

const read = (files: Readonly<Record<string, MemoryFile>>) =>
  readThreads(memoryHost(files), roots, 7);

describe("linux-threads", () => {
  it("reads every thread with its CPU time, whatever it calls itself", () => {
    assert.deepEqual(
      read({
        "/proc/7/task/7/stat": stat(7, "mlx_lm.server", 50, 6),
        "/proc/7/task/8/stat": stat(8, ") R 1 (\n", 9, 1),
      }),
      {
        threads: [
          { tid: 7, startTicks: 70, name: "mlx_lm.server", userTicks: 50, systemTicks: 6 },
          { tid: 8, startTicks: 80, name: ") R N (\uFFFD", userTicks: 9, systemTicks: 1 },
        ],
      },
    );
  });

  it("takes a thread that ended between the listing and its read for ended", () => {
    const found = read({
      "/proc/7/task/7/stat": stat(7, "a", 1, 1),
      "/proc/7/task/8/": "",
    });
    assert.deepEqual("threads" in found && found.threads.map(({ tid }) => tid), [7]);
  });

  it("gives no threads rather than some of them when one cannot be read", () => {
    const first = { "/proc/7/task/7/stat": stat(7, "a", 1, 1) };
    const failed = { missing: "error" };
    assert.deepEqual(read({ ...first, "/proc/7/task/8/stat": { failed: "EIO" } }), failed);
    assert.deepEqual(read({ ...first, "/proc/7/task/8/stat": "nonsense" }), failed);
    assert.deepEqual(read({ ...first, "/proc/7/task": "forbidden" }), { missing: "forbidden" });
  });

  it("reads none of a process that has more than 2048", () => {
    const host = memoryHost(
      Object.fromEntries(
        Array.from({ length: 2049 }, (_, tid) => [
          `/proc/7/task/${tid}/stat`,
          stat(tid, "a", 1, 1),
        ]),
      ),
    );
    assert.deepEqual(readThreads(host, roots, 7), { missing: "not_measured" });
    assert.deepEqual(host.touched, ["/proc/7/task"]);
    host.remove("/proc/7/task/2048");
    const found = readThreads(host, roots, 7);
    assert.equal("threads" in found && found.threads.length, 2048);
  });
});
