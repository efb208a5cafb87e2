import assert from "node:assert/strict";
import { within } from "../../src/model/within.ts";
import { memoryHost } from "../support/memory-host.ts";

describe("waiting within a time", () => {
  const never = new Promise<never>(() => undefined);

  it("ends with what is waited for, and passes on what goes wrong with it", async () => {
    const { clock } = memoryHost({});
    await within(clock, Promise.resolve(), 1);
    await assert.rejects(within(clock, Promise.reject(new TypeError("a bug")), 1), TypeError);
  });

  it("ends when the time is over, and stops its timer either way", async () => {
    const { clock } = memoryHost({});
    let running = 0;
    const counted = {
      ...clock,
      every(seconds: number, action: () => void) {
        running += 1;
        const stop = clock.every(seconds, action);
        return () => {
          running -= 1;
          stop();
        };
      },
    };
    const waiting = within(counted, never, 2);
    clock.advance(2);
    await waiting;
    await within(counted, Promise.resolve(), 2);
    assert.equal(running, 0);
  });
});
