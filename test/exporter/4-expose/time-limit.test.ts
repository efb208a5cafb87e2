import assert from "node:assert/strict";
import { scrapeSeconds, within } from "../../../src/exporter/4-expose/time-limit.ts";
import { memoryHost } from "../../support/memory-host.ts";

describe("the time a scrape may take", () => {
  it("is what the scraper waits, less the way back", () => {
    assert.equal(scrapeSeconds("10", 0.5), 9.5);
    assert.equal(scrapeSeconds("2.5", 1), 1.5);
    assert.equal(scrapeSeconds("5", 0), 5);
  });

  it("is half of a wait that is shorter than the way back", () => {
    assert.equal(scrapeSeconds("0.4", 0.5), 0.2);
  });

  it("is what Prometheus allows by itself where nothing sensible is said, and never for ever", () => {
    for (const header of [undefined, "", "soon", "-1", "0", "NaN", "1e9", "10s"])
      assert.equal(scrapeSeconds(header, 0.5), 9.5, header);
    assert.equal(scrapeSeconds("999999999", 0.5), 119.5);
  });
});

describe("work within a time", () => {
  it("is waited for no longer, and goes on", async () => {
    const { clock } = memoryHost({});
    let end: (value: string) => void = () => assert.fail("the work did not begin");
    const work = new Promise<string>((resolve) => (end = resolve));
    const waited = within(work, 3, clock);
    clock.advance(2.9);
    assert.equal(await Promise.race([waited, Promise.resolve("waiting")]), "waiting");
    clock.advance(0.1);
    assert.deepEqual(await waited, { kind: "late" });
    end("seen");
    assert.equal(await work, "seen");
  });

  it("gives its value or its error in time, and leaves no timer behind", async () => {
    const timers = new Set<number>();
    const every = () => {
      const timer = timers.size;
      timers.add(timer);
      return () => timers.delete(timer);
    };
    assert.deepEqual(await within(Promise.resolve(7), 3, { every }), { kind: "done", value: 7 });
    await assert.rejects(within(Promise.reject(new Error("bad")), 3, { every }), /bad/);
    assert.equal(timers.size, 0);
  });
});
