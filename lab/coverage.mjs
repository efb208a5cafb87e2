/** What `npm run coverage` does: judges the coverage of the unit tests, which it runs unless `npm test` just has. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { env, execPath, exit } from "node:process";
import { fileURLToPath } from "node:url";
import { ignored, units } from "./lanes.mjs";
import { coverageFolder, fingerprint, isMeasured, markMeasured } from "./measured.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const program = (...path) => join(root, "node_modules", ...path);

if (isMeasured(root)) {
  console.log(
    "Unit tests passed on exactly this build: their coverage is taken as npm test left it.",
  );
} else {
  rmSync(join(root, "coverage"), { recursive: true, force: true });
  const built = fingerprint(root);
  const code = node({ ...env, NODE_V8_COVERAGE: coverageFolder(root) }, [
    program("mocha", "bin", "mocha.js"),
    ...ignored(units),
  ]);
  if (code !== 0) exit(code);
  markMeasured(root, built);
}
exit(node(env, [program("c8", "bin", "c8.js"), "report"]));

function node(environment, args) {
  return spawnSync(execPath, args, { cwd: root, env: environment, stdio: "inherit" }).status ?? 1;
}
