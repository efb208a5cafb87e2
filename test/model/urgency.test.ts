import assert from "node:assert/strict";
import type { Limit } from "../../src/model/limit.ts";
import type { ProcessView } from "../../src/model/view.ts";
import { limitsWorthShowing, tightestOf, urgencyOf, worstFirst } from "../../src/model/urgency.ts";

function limit(resource: Limit["resource"], ratio: number | undefined, usage = 1): Limit {
  return {
    resource,
    source: "cgroup",
    kind: "hard",
    scope: "/mlx",
    limit: ratio === undefined ? 0 : 100,
    usage,
    headroom: (ratio ?? 0) * 100,
    ...(ratio !== undefined && { ratio }),
    binding: true,
  };
}

function process(...limits: readonly Limit[]): ProcessView {
  return { limits } as unknown as ProcessView;
}

describe("urgency", () => {
  it("calls what is left under a limit by its share, and nothing known unknown", () => {
    const words = [0.5, 0.15, 0.149, 0.05, 0.049, -0.1].map((ratio) =>
      urgencyOf(limit("memory", ratio)),
    );
    assert.deepEqual(words, ["fine", "fine", "low", "low", "critical", "critical"]);
    assert.equal(urgencyOf(undefined), "unknown");
  });

  it("finds a limit of 0 critical, of which there is no share", () => {
    assert.equal(urgencyOf(limit("memory", undefined)), "critical");
  });

  it("finds no CPU or swap critical that is used up: it slows a program and ends none", () => {
    assert.equal(urgencyOf(limit("cpu", 0)), "low");
    assert.equal(urgencyOf(limit("swap", undefined)), "low");
  });

  it("shows everyday limits always, others when half of them is gone, and unused swap of 0 never", () => {
    const shown = limitsWorthShowing([
      limit("memory", 0.9),
      limit("locked_memory", 0.6),
      limit("cpu_time", 0.4),
      limit("swap", undefined, 0),
      { ...limit("threads", 0.1), binding: false },
    ]);
    assert.deepEqual(
      shown.map(({ resource }) => resource),
      ["memory", "cpu_time"],
    );
  });

  it("takes memory that ends before CPU that is used up for the tightest limit", () => {
    const tightest = tightestOf([limit("cpu", 0), limit("memory", 0.03), limit("open_fds", 0.04)]);
    assert.equal(tightest?.resource, "memory");
  });

  it("puts the process that is worst off first, unknown before fine, and equals in their order", () => {
    const fine = process(limit("memory", 0.5));
    const unknown = process();
    const low = process(limit("memory", 0.1));
    const [first, second] = [0, 1].map(() => process(limit("memory", 0.02)));
    const worst = process(limit("memory", undefined));
    assert.ok(first !== undefined && second !== undefined);
    const sorted = worstFirst([fine, unknown, low, first, second, worst]);
    assert.deepEqual(
      sorted.map((view) => [fine, unknown, low, first, second, worst].indexOf(view)),
      [5, 3, 4, 2, 1, 0],
    );
  });
});
