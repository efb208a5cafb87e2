import assert from "node:assert/strict";
import { lastError, pipComplaint, platformObstacle } from "../../lab/python-mlx.ts";
import { isNewEnough } from "../../lab/python.ts";

describe("a Python environment for MLX", () => {
  it("needs Linux, a processor that MLX is built for, and glibc 2.35", () => {
    assert.equal(platformObstacle("linux", "x64", "2.36"), undefined);
    assert.equal(platformObstacle("linux", "arm64", "3.0"), undefined);
    assert.match(platformObstacle("darwin", "arm64", undefined) ?? "", /on Linux only/);
    assert.match(platformObstacle("linux", "ia32", "2.36") ?? "", /no build for ia32/);
    assert.match(platformObstacle("linux", "x64", undefined) ?? "", /needs glibc/);
    assert.match(platformObstacle("linux", "x64", "2.31") ?? "", /2\.35 or newer.* has 2\.31/);
  });

  it("needs Python 3.10", () => {
    const versions = ["2.7.18", "3.9.19", "3.10.0", "3.14.0rc1", "4.0"];
    assert.deepEqual(versions.map(isNewEnough), [false, false, true, true, true]);
  });

  it("tells an index that cannot be reached from a package that does not exist", () => {
    const error = "ERROR: No matching distribution found for mlx-lm";
    const warning =
      "WARNING: Retrying (Retry(total=1)) after connection broken by 'NewConnectionError('<HTTPSConnection>: Failed to establish a new connection')': /simple/mlx-lm/";
    assert.equal(pipComplaint(error), "No matching distribution found for mlx-lm");
    assert.match(pipComplaint(`${warning}\n${error}\n`), /index cannot be reached/);
  });

  it("passes on the error that pip ends with, not the notices after it", () => {
    const output = [
      "ERROR: Could not find a version that satisfies the requirement mlx-lm",
      "ERROR: No matching distribution found for mlx-lm.",
      "WARNING: a newer pip is available",
    ].join("\n");
    assert.equal(lastError(output), "No matching distribution found for mlx-lm");
    assert.equal(lastError("Traceback\nModuleNotFoundError: x\n"), "ModuleNotFoundError: x");
  });
});
