import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { progressBar } from "../../src/host/progress-bar.ts";
import { shippedFile } from "../../src/host/shipped-file.ts";
import { repository } from "../support/fixture-host.ts";

describe("a file that comes with the package", () => {
  it("is found from wherever the code was compiled to, and is in what is published", () => {
    const path = shippedFile("reporter/import_mlx.py");
    assert.match(readFileSync(path, "utf8"), /^import mlx\.core as mx$/m);
    const { files } = JSON.parse(readFileSync(`${repository}package.json`, "utf8")) as {
      files: readonly string[];
    };
    assert.ok(files.includes("reporter"));
  });
});

describe("a progress bar", () => {
  it("is none where stderr is no terminal", function () {
    if (process.stderr.isTTY) this.skip();
    assert.equal(progressBar(10), undefined);
  });
});
