import assert from "node:assert/strict";
import {
  createFootprintLoop,
  type FootprintBudget,
  type FootprintTarget,
} from "../../../src/exporter/2-collect/darwin-footprint-loop.ts";
import { macRecording } from "../../support/mac-recording.ts";
import { memoryHost } from "../../support/memory-host.ts";

const soon = () => new Promise<void>((resolve) => setImmediate(resolve));
const swapped = macRecording("footprint-mlx-lm-server-swapped").toString();
const line = (pid: number) => `/usr/bin/footprint -p ${pid} -f bytes`;

/** A loop, and what it was said to do; every pid has the recorded footprint. */
function looping(options: { uid?: number; budget?: FootprintBudget } = {}) {
  const host = memoryHost({}, { platform: "darwin", uid: options.uid ?? 501 });
  for (const pid of [1, 2, 3]) {
    const stdout = Buffer.from(swapped.replace("[1581]", `[${pid}]`));
    host.setCommand(line(pid), { kind: "ran", exitCode: 0, stdout, stderr: "" });
  }
  return { host, loop: createFootprintLoop(host, options.budget) };
}
const target = (pid: number, uid = 501): FootprintTarget => ({ pid, startTime: 1000, uid });

describe("darwin-footprint-loop", () => {
  it("reads a process in the background, and says when", async () => {
    const { host, loop } = looping();
    loop.tick([target(1)]);
    assert.deepEqual(loop.of(target(1)), { missing: "not_measured" });
    await soon();
    const read = loop.of(target(1));
    assert.ok("footprint" in read);
    assert.equal(read.footprint.footprintBytes, 5154 * 1024 ** 2);
    assert.equal(read.unixSeconds, host.clock.unixSeconds());
  });

  it("asks about one's own processes only, and about all for root", async () => {
    const { host, loop } = looping();
    loop.tick([target(1), target(2, 502)]);
    await soon();
    assert.deepEqual(host.ran, [line(1)]);
    assert.deepEqual(loop.of(target(2, 502)), { missing: "forbidden" });
    const root = looping({ uid: 0 });
    root.loop.tick([target(1), target(2, 502)]);
    await soon();
    assert.deepEqual(root.host.ran, [line(1), line(2)]);
  });

  it("rests 30 seconds between rounds, and has one process asked about at a time", async () => {
    const { host, loop } = looping();
    const tick = async (seconds: number) => {
      host.clock.advance(seconds);
      loop.tick([target(1), target(2)]);
      await soon();
    };
    host.setCommand(line(1), "hangs");
    await tick(0);
    await tick(1);
    assert.deepEqual(host.ran, [line(1)], "the second waits for the first");
    await tick(9);
    assert.deepEqual(host.ran, [line(1), line(2)], "which is killed after 10 seconds");
    assert.deepEqual(loop.of(target(1)), { missing: "error" });
    assert.deepEqual(loop.lastRound(), { success: false, seconds: 10 });
    await tick(29);
    assert.equal(host.ran.length, 2);
    await tick(1);
    assert.equal(host.ran.length, 3);
  });

  it("asks about so many in a round, and about those whose figures are oldest first", async () => {
    const { host, loop } = looping({ budget: { mostPids: 2 } });
    const targets = [1, 2, 3].map((pid) => target(pid));
    loop.tick(targets);
    await soon();
    assert.deepEqual(host.ran, [line(1), line(2)]);
    host.clock.advance(30);
    loop.tick(targets);
    await soon();
    assert.equal(host.ran[2], line(3));
    assert.equal(host.ran.length, 4);
  });

  it("forgets a process that is gone, and one whose pid another has", async () => {
    const { loop } = looping();
    loop.tick([target(1)]);
    await soon();
    loop.tick([{ ...target(1), startTime: 2000 }]);
    assert.deepEqual(loop.of(target(1)), { missing: "not_measured" });
    assert.deepEqual(loop.of({ ...target(1), startTime: 2000 }), { missing: "not_measured" });
  });

  it("asks about nobody any more when it is closed", async () => {
    const { host, loop } = looping();
    loop.tick([target(1), target(2)]);
    loop.close();
    await soon();
    assert.deepEqual(host.ran, [line(1)]);
    host.clock.advance(60);
    loop.tick([target(1)]);
    assert.equal(host.ran.length, 1);
  });
});
