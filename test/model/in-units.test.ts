import assert from "node:assert/strict";
import { inUnits } from "../../src/model/in-units.ts";

describe("figures for people", () => {
  for (const [resource, value, text] of [
    ["memory", 0, "0 B"],
    ["memory", 512, "512 B"],
    ["memory", 1536, "1.5 KiB"],
    ["memory", 3 * 1024 ** 3, "3.0 GiB"],
    ["memory", 300 * 1024 ** 3, "300 GiB"],
    ["memory", -2 * 1024 ** 2, "-2.0 MiB"],
    ["memory", 2 ** 62, "4096 PiB"],
    ["gpu_memory", 24 * 1024 ** 3, "24.0 GiB"],
    ["cpu", 1.256, "1.26 cores"],
    ["threads", 12.4, "12"],
    ["open_fds", 1024, "1024"],
  ] as const) {
    it(`writes ${value} of ${resource} as ${text}`, () => {
      assert.equal(inUnits(resource, value), text);
    });
  }
});
