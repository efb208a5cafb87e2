/**
 * `npm run bench:record`: what a sample of `record` costs, with twenty processes of one workload. Prints a table and
 * keeps it in bench/RESULTS.md. Takes about two minutes; Linux only.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { availableParallelism, release, tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../lab/repository.ts";
import { keep } from "./keep.ts";
import { cpuMs, memoryMiB, sleep } from "./measure.ts";

const many = 20;
/** What its first samples cost, while code is compiled, is not what it costs. */
const warmUpSeconds = 10;

interface Measured {
  readonly processes: number;
  readonly interval: string;
  readonly samples: number;
  readonly cpu: number;
  readonly bytes: number;
  readonly resident: number;
}

const folder = mkdtempSync(join(tmpdir(), "mlx-headroom-bench-"));
const workload: ChildProcess[] = [];
try {
  const rows = [
    await measure(1, "1s", 40),
    await measure(many, "1s", 40),
    await measure(many, "100ms", 30),
  ];
  const section = report(rows);
  console.log(section);
  keep(section);
} finally {
  for (const child of workload) child.kill();
  rmSync(folder, { recursive: true, force: true });
}

/** Records for so many seconds after the warm-up, and counts what it wrote and used meanwhile. */
async function measure(processes: number, interval: string, seconds: number): Promise<Measured> {
  while (workload.length < processes) {
    // The command line is all that discovery looks at.
    workload.push(spawn("sleep", ["600"], { argv0: "mlx_lm.server", stdio: "ignore" }));
  }
  const out = join(folder, `${processes}-${interval}`);
  const program = join(repository, "dist", "bin.js");
  const args = ["mlx_lm.server", "--scenario", "idle", "--interval", interval, "--out", out];
  const recorder = spawn(process.execPath, [program, "record", ...args], { stdio: "ignore" });
  const pid = recorder.pid ?? 0;
  await sleep(warmUpSeconds * 1000);
  const path = join(out, "mlx_lm.server", readdirSync(join(out, "mlx_lm.server"))[0] ?? "");
  const before = { cpu: cpuMs(pid), samples: samplesIn(path), bytes: statSync(path).size };
  await sleep(seconds * 1000);
  const samples = samplesIn(path) - before.samples;
  const measured = {
    processes,
    interval,
    samples,
    cpu: (cpuMs(pid) - before.cpu) / samples,
    bytes: (statSync(path).size - before.bytes) / samples,
    resident: memoryMiB(pid).main,
  };
  const ended = new Promise((resolve) => recorder.once("exit", resolve));
  recorder.kill("SIGINT");
  await ended;
  return measured;
}

function samplesIn(path: string): number {
  return readFileSync(path, "utf8").split('{"kind":"sample"').length - 1;
}

function report(rows: readonly Measured[]): string {
  const [kernel] = release().split("-");
  return [
    "## A sample of `record`",
    "",
    `${availableParallelism()} cores, Linux ${kernel ?? ""}, Node ${process.versions.node}; processes of one workload. CPU is that of all processes of the recorder, after`,
    "ten seconds that are not counted. The aim was less than 1 ms with twenty processes; a sample reads all that a scrape",
    "reads, and costs what that costs. Made by `npm run bench:record`.",
    "",
    "| processes | interval | samples | CPU ms per sample | bytes per sample | RSS MiB |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows.map(
      ({ processes, interval, samples, cpu, bytes, resident }) =>
        `| ${processes} | ${interval} | ${samples} | ${cpu.toFixed(1)} | ${bytes.toFixed(0)} | ${resident.toFixed(0)} |`,
    ),
    "",
  ].join("\n");
}
