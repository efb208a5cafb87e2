import assert from "node:assert/strict";
import fc from "fast-check";
import { parseProcLimits, rlimitsOf } from "../../../src/exporter/2-collect/linux-proc-limits.ts";
import { arbitraryText, isCount } from "../../support/arbitrary-text.ts";
import { fixtureFiles } from "../../support/fixture-host.ts";

const recorded = fixtureFiles("hybrid-v1")["/proc/4242/limits"] ?? "";

describe("linux-proc-limits", () => {
  it("takes soft values, and keeps unlimited apart from a number", () => {
    assert.deepEqual(rlimitsOf({ kind: "read", text: recorded }), {
      addressSpaceBytes: { missing: "unlimited" },
      dataBytes: { missing: "unlimited" },
      openFiles: { value: 2048 },
      cpuSeconds: { missing: "unlimited" },
      lockedBytes: { value: 8388608 },
      processes: { value: 96365 },
    });
  });

  it("keeps a refusal, an absence and a failure apart", () => {
    assert.deepEqual(rlimitsOf({ kind: "forbidden" }).openFiles, { missing: "forbidden" });
    assert.deepEqual(rlimitsOf({ kind: "absent" }).openFiles, { missing: "unsupported" });
    assert.deepEqual(rlimitsOf({ kind: "failed", message: "EIO" }).openFiles, { missing: "error" });
  });

  it("reads all sixteen rows, those with an empty unit too", () => {
    assert.equal(parseProcLimits(recorded).size, 16);
    assert.deepEqual(parseProcLimits(recorded).get("Max nice priority"), { value: 0 });
  });

  it("never throws and never yields NaN on any text", () => {
    fc.assert(
      fc.property(arbitraryText, (text) => {
        for (const figure of parseProcLimits(`header\n${text}`).values()) {
          assert.ok("missing" in figure || isCount(figure.value));
        }
      }),
    );
  });
});
