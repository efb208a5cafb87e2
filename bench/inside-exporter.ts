import { spawn, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  family,
  memoryMiB,
  openFds,
  scrape,
  scrapeInTurn,
  sleep,
  type Cost,
  type Peer,
} from "./measure.ts";

/**
 * The part of the exporter bench that runs in a PID namespace of its own, as its first process: whatever else the
 * machine runs is not there, and all of it ends with this one. Prints one JSON object a line.
 */
const [folder = ".", program = "", mode = "table", ...sizes] = process.argv.slice(2);
const population = join(folder, "population");
const matching = 20;
const models = 4;
const birthsPerSecond = 20;
/** An exporter runs for months: what its first scrapes cost, while code is compiled, is not what it costs. */
const warmUps = 300;
/** What deploy/mlx-headroom.service gives it, too. */
const heapFlags =
  "--max-semi-space-size=4 --max-old-space-size=96 --single-threaded-gc --no-memory-reducer";

try {
  if (mode === "soak") await soak();
  else for (const size of sizes) await measureAt(Number(size), mode === "minute");
  process.exit(0);
} catch (error) {
  console.error(error);
  process.exit(1);
}

async function measureAt(size: number, minute: boolean): Promise<void> {
  const fill = await populate("fill", String(size - matching));
  const mlx = await populate("mlx", String(matching), String(models));
  const [ours, theirs] = [await startOurs(), await startTheirs()];
  const peers = [ours.peer, theirs.peer];
  await scrapeInTurn(peers, warmUps, 20);
  const report = (phase: string, costs: readonly Cost[]) => {
    const [one, other] = costs;
    process.stdout.write(`${JSON.stringify({ size, phase, ours: one, theirs: other })}\n`);
  };
  report("quiet", await scrapeInTurn(peers, 40, 50));
  if (minute) report("quiet minute", await scrapeInTurn(peers, 4, 7500));
  const churn = await populate("churn", String(birthsPerSecond), "0");
  await sleep(2000);
  report("20 births a second", await scrapeInTurn(peers, 40, 50));
  if (minute) report("minute with 20 births a second", await scrapeInTurn(peers, 4, 7500));
  for (const child of [churn, ours.child, theirs.child, mlx, fill]) await end(child);
}

/** 100,000 processes that come and go, 1,000 scrapes: what grows? */
async function soak(): Promise<void> {
  const mlx = await populate("mlx", String(matching), String(models));
  const ours = await startOurs();
  const { pid, url } = ours.peer;
  await scrapeInTurn([ours.peer], warmUps, 20);
  const total = 100_000;
  const churn = spawn(population, ["churn", "600", String(total)], { stdio: "ignore" });
  const churning = { now: true };
  churn.once("exit", () => (churning.now = false));
  const samples: { scrape: number; main: number; fds: number; bytes: number }[] = [];
  for (let count = 1; count <= 1000 || churning.now; count++) {
    const { bytes } = await scrape(url);
    if (count % 50 === 0) {
      samples.push({ scrape: count, main: memoryMiB(pid).main, fds: openFds(pid), bytes });
    }
    await sleep(150);
  }
  const half = samples[Math.floor(samples.length / 2)];
  const last = samples.at(-1);
  const all = memoryMiB(pid).all;
  process.stdout.write(
    `${JSON.stringify({ phase: "soak", total, scrapes: last?.scrape, half, last, all })}\n`,
  );
  await end(ours.child);
  await end(mlx);
}

function populate(...args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(population, args, { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    child.stdout.once("data", () => {
      resolve(child);
    });
    child.once("exit", (code) => {
      reject(new Error(`population ${args.join(" ")} ended with ${String(code)}`));
    });
  });
}

async function startOurs() {
  const port = 19836;
  const args = [
    program,
    "serve",
    "--web.listen-address",
    `127.0.0.1:${port}`,
    "--log.level",
    "warn",
  ];
  return started("mlx-headroom", process.execPath, [...heapFlags.split(" "), ...args], port);
}

async function startTheirs() {
  const config = join(folder, "process-exporter.yml");
  // The same twenty processes, in the same four groups.
  writeFileSync(
    config,
    "process_names:\n  - name: '{{.Matches.Model}}'\n    cmdline: ['mlx_lm\\.server', '--model \\S*/(?P<Model>\\S+)']\n",
  );
  const port = 19256;
  const args = [
    "-config.path",
    config,
    "-web.listen-address",
    `127.0.0.1:${port}`,
    "-threads=false",
  ];
  return started("prometheus-process-exporter", "prometheus-process-exporter", args, port);
}

async function started(name: string, command: string, args: readonly string[], port: number) {
  const child = spawn(command, args, { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}/metrics`;
  for (let attempt = 0; ; attempt++) {
    try {
      await scrape(url);
      break;
    } catch (error) {
      if (attempt > 100) throw error;
      await sleep(100);
    }
  }
  const peer: Peer = { name, pid: child.pid ?? 0, url };
  return { peer, child };
}

async function end(child: ChildProcess): Promise<void> {
  // Its children first: the ones of `population` would stay behind as orphans.
  for (const pid of family(child.pid ?? 0).slice(1)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself meanwhile.
    }
  }
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await exited;
}
