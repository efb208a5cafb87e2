/**
 * `npm run bench:exporter`: what the exporter costs beside Debian's prometheus-process-exporter, on the same processes
 * in the same run. Prints a table and keeps it in bench/RESULTS.md. Needs root (for a PID namespace), gcc, and that
 * exporter in the PATH. `-- --quick` leaves out the minutes, the soak and the file.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, release, tmpdir } from "node:os";
import { join } from "node:path";
import { findExecutable } from "../lab/find-executable.ts";
import { repository } from "../lab/repository.ts";
import { keep } from "./keep.ts";
import { exporterReport, type Measurement, type Soak } from "./report.ts";

const quick = process.argv.includes("--quick");
for (const command of ["gcc", "unshare", "prometheus-process-exporter"]) {
  if (findExecutable(command) === undefined) {
    console.error(`bench:exporter needs ${command} in the PATH.`);
    process.exit(2);
  }
}
if (process.getuid?.() !== 0) {
  console.error("bench:exporter needs root: it makes a PID namespace of its own.");
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "mlx-headroom-bench-"));
try {
  const source = join(repository, "bench", "population.c");
  execFileSync("gcc", ["-O1", "-static", "-o", join(folder, "population"), source]);
  const lines = [
    ...(await inside("table", "200", "2000")),
    ...(await inside(quick ? "table" : "minute", "8000")),
    ...(quick ? [] : await inside("soak")),
  ].map((line) => JSON.parse(line) as Measurement | Soak);
  const report = exporterReport(
    lines.filter((line) => "ours" in line),
    lines.find((line) => "half" in line),
    {
      cores: availableParallelism(),
      kernel: release().split("-")[0] ?? "",
      node: process.versions.node,
    },
  );
  console.log(report);
  if (!quick) keep(report);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs a part of the bench in a namespace of its own, and gives the lines that it prints. */
function inside(...args: readonly string[]): Promise<readonly string[]> {
  console.error(`bench: ${args.join(" ")}`);
  const script = join(repository, "build", "bench", "inside-exporter.js");
  const program = join(repository, "dist", "bin.js");
  const unshare = ["--pid", "--fork", "--mount-proc", "--kill-child"];
  const child = spawn("unshare", [...unshare, process.execPath, script, folder, program, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => {
      const lines = output.split("\n").filter(Boolean);
      if (code === 0 && lines.length > 0) resolve(lines);
      else reject(new Error(`the bench ended with ${String(code)}`));
    });
  });
}
