import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { testPath } from "./fixture-host.ts";

/** Holds a text to the one in test/golden/. UPDATE_GOLDEN=1 writes it instead: read the diff afterwards. */
export function assertGolden(name: string, text: string): void {
  const path = testPath(`golden/${name}`);
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  assert.equal(text, readFileSync(path, "utf8"), `${name} differs: 'npm run golden' rewrites it`);
}
