import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { version } from "../../src/model/version.ts";
import { repository } from "../support/fixture-host.ts";

describe("version", () => {
  it("is the one in package.json", () => {
    const manifest = JSON.parse(readFileSync(`${repository}package.json`, "utf8")) as {
      readonly version: string;
    };
    assert.equal(version, manifest.version);
  });
});
