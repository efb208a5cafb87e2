import assert from "node:assert/strict";
import { createRateLimiter } from "../../../src/exporter/4-expose/rate-limit.ts";

const limit = { intervalSeconds: 2, burst: 3 };

describe("a rate limit", () => {
  it("lets a burst through, then one each interval, and saves up no more than a burst", () => {
    const allows = createRateLimiter();
    const at = (...seconds: readonly number[]) => seconds.map((now) => allows(limit, now));
    assert.deepEqual(at(10, 10, 10, 10, 11.9), [true, true, true, false, false]);
    assert.deepEqual(at(12, 12, 14, 15), [true, false, true, false]);
    assert.deepEqual(at(1000, 1000, 1000, 1000), [true, true, true, false]);
  });

  it("begins anew when it changes, and not when it only was read again", () => {
    const allows = createRateLimiter();
    const single = { intervalSeconds: 60, burst: 1 };
    assert.deepEqual([allows(single, 0), allows({ ...single }, 0)], [true, false]);
    assert.deepEqual([allows(limit, 0), allows(undefined, 0)], [true, true]);
  });
});
