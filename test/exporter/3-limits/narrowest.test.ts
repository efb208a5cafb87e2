import assert from "node:assert/strict";
import fc from "fast-check";
import { narrowest, type Candidate } from "../../../src/exporter/3-limits/narrowest.ts";
import { known, missing, valueOf, type Figure } from "../../../src/model/figure.ts";

const none = known(Infinity);
const at = (scope: string, limit: number, usage: number): Candidate => ({
  scope,
  limit: known(limit),
  usage: known(usage),
});

describe("narrowest", () => {
  it("chooses least headroom, not the smallest limit: a hungry sibling makes the wider parent bind", () => {
    assert.deepEqual(narrowest([at("/a/b", 6, 4), at("/a", 8, 7.5)], none), {
      scope: "/a",
      limit: 8,
      usage: 7.5,
      headroom: 0.5,
      ratio: 0.0625,
    });
  });

  it("chooses the innermost level on a tie", () => {
    assert.deepEqual(narrowest([at("/a/b", 6, 4), at("/a", 8, 6)], none), {
      scope: "/a/b",
      limit: 6,
      usage: 4,
      headroom: 2,
      ratio: 1 / 3,
    });
  });

  it("takes a limit at or above the machine for none", () => {
    assert.deepEqual(narrowest([at("/a", 16, 4)], known(16)), { reason: "unlimited" });
  });

  it("keeps a limit that is exceeded, with negative headroom", () => {
    const verdict = narrowest([at("/a", 4, 5)], none);
    assert.ok("headroom" in verdict && verdict.headroom === -1 && verdict.ratio === -0.25);
  });

  it("has no ratio under a limit of 0", () => {
    const verdict = narrowest([at("/a", 0, 0)], none);
    assert.ok(!("reason" in verdict) && verdict.headroom === 0 && verdict.ratio === undefined);
  });

  it("prefers a level whose usage is known to a smaller limit whose usage is not", () => {
    const blind: Candidate = { scope: "/a/b", limit: known(1), usage: missing("forbidden") };
    assert.deepEqual(narrowest([blind, at("/a", 8, 6)], none), {
      scope: "/a",
      limit: 8,
      usage: 6,
      headroom: 2,
      ratio: 0.25,
    });
    assert.deepEqual(narrowest([blind], none), {
      scope: "/a/b",
      limit: 1,
      unmeasured: "forbidden",
    });
  });

  it("tells unlimited from forbidden when no level has a limit", () => {
    const open: Candidate = { scope: "/a", limit: missing("unlimited"), usage: known(1) };
    const shut: Candidate = { scope: "/", limit: missing("forbidden"), usage: known(1) };
    assert.deepEqual(narrowest([open], none), { reason: "unlimited" });
    assert.deepEqual(narrowest([open, shut], none), { reason: "forbidden" });
    assert.deepEqual(narrowest([shut, open], none), { reason: "forbidden" });
  });

  it("says of a level that could not be seen that it may leave less than the one that decides", () => {
    const seen: Candidate = { scope: "/a", limit: known(10), usage: known(4) };
    const unset: Candidate = { scope: "/b", limit: missing("unlimited"), usage: known(4) };
    const above: Candidate = {
      scope: "",
      limit: missing("unsupported"),
      usage: missing("unsupported"),
    };
    const verdict = narrowest([seen, unset], none);
    assert.ok(!("reason" in verdict) && verdict.hidden === undefined);
    assert.deepEqual(narrowest([seen, unset, above], none), { ...verdict, hidden: "unsupported" });
  });

  it("always gives the minimum of limit − usage over the levels, all taken from that one level", () => {
    const figure: fc.Arbitrary<Figure> = fc.oneof(
      fc.nat(1000).map(known),
      fc.constantFrom(missing("unlimited"), missing("forbidden")),
    );
    const levels = fc.array(
      fc.record({ scope: fc.string(), limit: figure, usage: fc.nat(1000).map(known) }),
    );
    fc.assert(
      fc.property(levels, (candidates) => {
        const open = candidates.filter((level) => "value" in level.limit);
        const headrooms = open.map(
          ({ limit, usage }) => (valueOf(limit) ?? NaN) - (valueOf(usage) ?? NaN),
        );
        const verdict = narrowest(candidates, none);
        if (headrooms.length === 0) {
          assert.ok("reason" in verdict);
          return;
        }
        assert.ok(!("reason" in verdict));
        const chosen =
          candidates[
            candidates.indexOf(open[headrooms.indexOf(Math.min(...headrooms))] ?? never())
          ];
        assert.equal(verdict.headroom, Math.min(...headrooms));
        assert.deepEqual(chosen?.limit, known(verdict.limit));
        assert.deepEqual(chosen.usage, known(verdict.usage ?? never()));
        assert.equal(verdict.scope, chosen.scope);
      }),
    );
  });
});

function never(): never {
  throw new Error("a level with the least headroom exists");
}
