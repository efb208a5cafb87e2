/**
 * How the tests are run as a whole: two lanes side by side, because most of the time is waiting for real servers.
 * Programs that look at all processes of this machine, or are found by those, keep to one lane, one after the other.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { env, execPath, stdout } from "node:process";
import { coverageFolder, fingerprint, markMeasured } from "./measured.mjs";

/** What needs no real component but Node, and is all that coverage is taken of. */
export const units = { title: "units", without: ["integration", "lab", "judges"] };

/** Each lane's runs of mocha, by folders of test/. */
const lanes = [
  [{ title: "real processes", only: ["integration", "lab"] }],
  [units, { title: "real judges", only: ["judges"] }],
];

/** What mocha is told about which tests to leave out. */
export function ignored({ only, without = [] }) {
  const patterns =
    only === undefined
      ? [`build/test/{${without.join(",")}}/**`]
      : [`build/test/!(${only.join("|")})/**`, "build/test/*.test.js"];
  return patterns.flatMap((pattern) => ["--ignore", pattern]);
}

/**
 * Runs all tests. The first lane is shown as it runs, the other one's output in one piece when the first is done.
 *
 * @param mocha mocha's program and its first arguments
 * @param run how a command is run: bootstrap.mjs's own
 * @returns the exit code; what all runs of mocha counted together, undefined if one of them did not count; and the
 * signal that ended one of them
 */
export async function runLanes(root, mocha, run) {
  rmSync(join(root, "coverage"), { recursive: true, force: true });
  const running = lanes.map((runs, index) => runLane(root, mocha, runs, run, index === 0));
  const results = [];
  for (const lane of running) {
    for (const { title, result, live } of await lane) {
      if (!live) stdout.write(`\n  ${title}\n${result.output}`);
      results.push(result);
    }
  }
  return {
    code: results.find(({ code }) => code !== 0)?.code ?? 0,
    totals: sum(results.map(({ totals }) => totals)),
    stoppedBy: results.find(({ stoppedBy }) => stoppedBy !== undefined)?.stoppedBy,
  };
}

async function runLane(root, mocha, runs, run, live) {
  const done = [];
  const shown = live ? "inherit" : "pipe";
  for (const one of runs) {
    const measured = one === units;
    const built = measured ? fingerprint(root) : undefined;
    const result = await run(execPath, [...mocha, ...ignored(one)], {
      stdio: ["inherit", shown, shown, "ipc"],
      ...(measured && { env: { ...env, NODE_V8_COVERAGE: coverageFolder(root) } }),
    });
    if (measured && result.code === 0) markMeasured(root, built);
    done.push({ title: one.title, result, live });
    if (result.stoppedBy !== undefined) break;
  }
  return done;
}

function sum(counts) {
  if (counts.includes(undefined)) return undefined;
  const all = (key) => counts.reduce((total, count) => total + count[key], 0);
  return { passes: all("passes"), failures: all("failures"), pending: all("pending") };
}
