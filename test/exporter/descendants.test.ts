import assert from "node:assert/strict";
import { descendantsOf } from "../../src/exporter/descendants.ts";
import type { ProcessView } from "../../src/model/view.ts";
import { roots } from "../support/fixture-host.ts";
import { memoryHost } from "../support/memory-host.ts";

const stat = (pid: number, parent: number, ticks: number) =>
  `${pid} (p) S ${parent} 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ${ticks} 0 0\n`;
const view = (pid: number, parentPid: number, startTicks: number) =>
  ({ process: { pid, parentPid, startTicks } }) as ProcessView;
const pids = (views: readonly ProcessView[]) => views.map(({ process }) => process.pid);

describe("what comes from a process", () => {
  it("is itself and all below it, through processes that are not MLX, and nobody else", () => {
    const host = memoryHost({
      "/proc/100/stat": stat(100, 1, 10),
      "/proc/101/stat": stat(101, 100, 11),
      "/proc/102/stat": stat(102, 101, 12),
      "/proc/200/stat": stat(200, 1, 10),
    });
    const ours = descendantsOf(host, roots, 100);
    assert.deepEqual(
      pids(ours([view(100, 1, 10), view(102, 101, 12), view(200, 1, 10)])),
      [100, 102],
    );
  });

  it("stays so when its parent has ended and it has been given to another", () => {
    const host = memoryHost({
      "/proc/100/stat": stat(100, 1, 10),
      "/proc/101/stat": stat(101, 100, 11),
      "/proc/1/stat": stat(1, 0, 1),
    });
    const ours = descendantsOf(host, roots, 100);
    assert.deepEqual(pids(ours([view(101, 100, 11)])), [101]);
    host.remove("/proc/100");
    assert.deepEqual(pids(ours([view(101, 1, 11)])), [101]);
    assert.deepEqual(pids(ours([view(101, 1, 99)])), [], "another process under its pid");
  });

  it("is known without /proc as far as MLX processes make up the tree", () => {
    const ours = descendantsOf(memoryHost({}), roots, 100);
    const seen = [view(101, 100, 11), view(102, 101, 12), view(200, 1, 10), view(201, 200, 11)];
    assert.deepEqual(pids(ours(seen)), [101, 102], "the command itself need not be MLX");
  });
});
