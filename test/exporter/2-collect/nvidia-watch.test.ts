import assert from "node:assert/strict";
import { createNvmlWatch } from "../../../src/exporter/2-collect/nvidia-watch.ts";
import type { NvmlAnswer } from "../../../src/model/nvml.ts";
import { memoryHost } from "../../support/memory-host.ts";

const sampled: NvmlAnswer = { kind: "sampled", sample: { devices: [], lost: [] } };
const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A watch of half a second's patience on a host whose clock the test moves, and how often NVML was asked. */
function watched(first: NvmlAnswer | "hangs") {
  const host = memoryHost({});
  host.setNvml(first);
  const real = host.openNvml();
  let asked = 0;
  const told: string[] = [];
  const nvml = {
    ...real,
    sample: () => {
      asked += 1;
      return real.sample();
    },
  };
  const watch = createNvmlWatch(host.clock, nvml, 0.5, ({ kind }) => told.push(kind));
  watch.tick();
  return { host, watch, told, asked: () => asked };
}

describe("the watch on NVML", () => {
  it("takes a sample at the first tick, and a new one for each look", async () => {
    const { host, watch, asked } = watched(sampled);
    assert.equal(asked(), 1);
    await soon();
    host.clock.advance(15);
    assert.equal((await watch.look()).answer.kind, "sampled");
    assert.equal(asked(), 2);
  });

  it("waits half a second for one that hangs, and the looks after it not at all", async () => {
    const { host, watch } = watched(sampled);
    await soon();
    host.setNvml("hangs");
    host.clock.advance(15);
    const first = watch.look();
    await soon();
    host.clock.advance(0.5);
    assert.deepEqual(await first, { answer: { kind: "blocked" }, seconds: 0.5 });
    host.clock.advance(15);
    assert.deepEqual(await watch.look(), { answer: { kind: "blocked" }, seconds: 0 });
  });

  it("gives a sample that came too late to the looks of the next five seconds, and no older one", async () => {
    const { host, watch } = watched("hangs");
    const look = async () => {
      const looking = watch.look();
      await soon();
      host.clock.advance(0.5);
      return (await looking).answer.kind;
    };
    assert.equal(await look(), "blocked");
    host.setNvml(sampled);
    await soon();
    host.setNvml("hangs");
    host.clock.advance(4);
    assert.equal(await look(), "sampled");
    host.clock.advance(1);
    assert.equal(await look(), "blocked");
  });

  it("samples between looks where samples take long, and only there", async () => {
    const quick = watched(sampled);
    await soon();
    quick.host.clock.advance(60);
    quick.watch.tick();
    assert.equal(quick.asked(), 1);
    const slow = watched("hangs");
    slow.host.clock.advance(2);
    slow.host.setNvml(sampled);
    await soon();
    slow.watch.tick();
    assert.equal(slow.asked(), 1, "the last one is fresh");
    slow.host.clock.advance(4);
    slow.watch.tick();
    assert.equal(slow.asked(), 2);
  });

  it("tells of what changed, once", async () => {
    const { host, watch, told } = watched(sampled);
    const look = async () => {
      host.clock.advance(15);
      await watch.look();
    };
    await soon();
    await look();
    host.setNvml({ kind: "blocked" });
    await look();
    await look();
    host.setNvml(sampled);
    await look();
    assert.deepEqual(told, ["sampled", "blocked", "sampled"]);
  });
});
