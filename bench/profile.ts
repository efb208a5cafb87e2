/**
 * What a profile costs: 24 hours at one sample a second, ten resources each, in one process as `profile` runs it. Prints
 * seconds and the largest resident memory. `npm run bench:profile`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { jsonLines, madeRecording } from "../test/support/recordings.ts";

const samples = 86_400;
const folder = mkdtempSync(join(tmpdir(), "mlx-headroom-bench-"));
try {
  const path = join(folder, "average.jsonl");
  writeFileSync(path, jsonLines(madeRecording({ seed: 1, samples, scenario: "average" })));
  const program = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));
  const flags = ["--recordings", path, "--out", join(folder, "profiles")];
  const began = performance.now();
  // GNU time would be one more thing to have: the child tells its own largest memory at its end.
  const tell = "process.on('exit',()=>console.error('KiB '+process.resourceUsage().maxRSS))";
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${tell}`, program, "profile", "chat", ...flags],
    { encoding: "utf8" },
  );
  const seconds = (performance.now() - began) / 1000;
  const mebibytes = Number(/KiB (\d+)/.exec(stderr)?.[1]) / 1024;
  const size = statSync(path).size / 2 ** 20;
  if (status !== 0) throw new Error(stderr);
  console.log(
    `${samples} samples, ${size.toFixed(0)} MiB: ${seconds.toFixed(2)} s (asked: 2), ${mebibytes.toFixed(0)} MiB at the most (asked: 300)`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
