import assert from "node:assert/strict";
import fc from "fast-check";
import { footprintOf, parseFootprint } from "../../../src/exporter/2-collect/darwin-footprint.ts";
import type { CommandRun } from "../../../src/model/commands.ts";
import { arbitraryFile, isCount } from "../../support/arbitrary-text.ts";
import { macRecording } from "../../support/mac-recording.ts";

const [kilo, mega, giga] = [1024, 1024 ** 2, 1024 ** 3];
const gui = macRecording("footprint-text-gui-graphics").toString();
const ran = (stdout: string, stderr = "", exitCode = 0): CommandRun => ({
  kind: "ran",
  exitCode,
  stdout: Buffer.from(stdout),
  stderr,
});

describe("darwin-footprint", () => {
  it("finds all of a recorded model's 4879 MB in GPU memory though they are swapped out", () => {
    const text = macRecording("footprint-mlx-lm-server-swapped").toString();
    assert.deepEqual(parseFootprint(text, 1581), {
      footprintBytes: 5154 * mega,
      peakBytes: 9215 * mega,
      graphicsBytes: 4879 * mega,
      compressedBytes: 5141 * mega,
    });
  });

  it("counts every category of a recorded program that is the GPU's, and not its windows' pixels", () => {
    assert.deepEqual(parseFootprint(gui, 70940), {
      footprintBytes: 922 * mega,
      peakBytes: 941 * mega,
      graphicsBytes: 411 * mega + 6848 * kilo + 352 * kilo,
    });
  });

  it("takes units for powers of 1024", () => {
    const of = (size: string) =>
      parseFootprint(gui.replaceAll("922 MB", size), 70940)?.footprintBytes;
    assert.deepEqual(["1884592 B", "3 KB", "3 MB", "3 GB"].map(of), [
      1884592,
      3 * kilo,
      3 * mega,
      3 * giga,
    ]);
  });

  it("knows nothing of GPU memory without categories, as recorded in bytes", () => {
    const text = macRecording("footprint-bytes-single").toString();
    assert.deepEqual(parseFootprint(text, 56783), { footprintBytes: 1884592, peakBytes: 1884592 });
  });

  it("finds 0 bytes where there are categories and none is the GPU's", () => {
    const none = gui.replace(/^.*(IOAccelerator|\(graphics\)).*\n/gm, "");
    assert.equal(parseFootprint(none, 70940)?.graphicsBytes, 0);
  });

  it("takes the text of another process for none, whatever the process is called", () => {
    assert.equal(parseFootprint(gui, 70941), undefined);
    const odd = gui.replace("ferryx [", "a [70941]: 64-bit [x] b.c [");
    assert.equal(parseFootprint(odd, 70940)?.footprintBytes, 922 * mega);
    assert.equal(parseFootprint(odd, 70941), undefined);
  });

  it("takes each recorded error for a refusal, and silence for a failure", () => {
    for (const line of macRecording("footprint-errors").toString().trim().split("\n"))
      assert.deepEqual(footprintOf(ran("", line, 1), 613), { missing: "forbidden" }, line);
    assert.deepEqual(footprintOf(ran("", "", 1), 613), { missing: "error" });
    assert.deepEqual(footprintOf({ kind: "timeout" }, 613), { missing: "error" });
    assert.deepEqual(footprintOf({ kind: "absent" }, 613), { missing: "unsupported" });
  });

  it("never throws, and never yields a figure that is no count, whatever was printed", () => {
    const spoilt = fc
      .tuple(arbitraryFile, fc.nat(gui.length))
      .map(([bytes, at]) => `${gui.slice(0, at)}${bytes.toString("latin1")}${gui.slice(at)}`);
    fc.assert(
      fc.property(fc.oneof(arbitraryFile.map(String), spoilt), (text) => {
        assert.ok(Object.values(parseFootprint(text, 70940) ?? {}).every(isCount));
      }),
    );
  });
});
