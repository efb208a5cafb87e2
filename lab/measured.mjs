/** Whether the coverage that lies here was taken of what lies here: `npm test` measures, `npm run check` need not again. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where V8 writes coverage, and c8 looks for it. */
export function coverageFolder(root) {
  return join(root, "coverage", "tmp");
}

/** What unit tests run, and what they read. */
const inputs = ["build", "dist", "deploy", "docs", "examples", "grafana", "rules", "test"];

/** A digest of all of it. */
export function fingerprint(root) {
  const hash = createHash("sha256");
  for (const input of inputs) {
    if (!existsSync(join(root, input))) continue;
    const entries = readdirSync(join(root, input), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && counts(input, entry));
    for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
      hash.update(`${path}\0`).update(readFileSync(path)).update("\0");
    }
  }
  return hash.digest("hex");
}

/** Tests leave screenshots in build/, the compiler its notes, and Python what it compiled. */
function counts(input, { name, parentPath }) {
  if (input === "build" || input === "dist") return name.endsWith(".js");
  return !parentPath.endsWith("__pycache__");
}

const stamp = (root) => join(root, "coverage", "measured");

/** Says that all unit tests passed on what had this fingerprint, and that their coverage is here. */
export function markMeasured(root, of) {
  mkdirSync(join(root, "coverage"), { recursive: true });
  writeFileSync(stamp(root), of);
}

export function isMeasured(root) {
  return existsSync(stamp(root)) && readFileSync(stamp(root), "utf8") === fingerprint(root);
}
