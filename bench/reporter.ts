/**
 * `npm run bench:reporter`: what the reporter costs a real mlx_lm.server under a load of completions, beside the same
 * server without it, in turns. Prints a table and keeps it in bench/RESULTS.md; `-- --quick` does neither long nor keep.
 */
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism, release } from "node:os";
import { stopEverything, temporaryFolder } from "../lab/children.ts";
import { startMlxServer, type MlxServer } from "../lab/mlx-server.ts";
import { printedProgress } from "../lab/progress.ts";
import { preparePythonMlx } from "../lab/python-mlx.ts";
import { prepareTinyModel } from "../lab/tiny-model.ts";
import { keep } from "./keep.ts";
import { sleep } from "./measure.ts";

const quick = process.argv.includes("--quick");
const roundSeconds = quick ? 3 : 20;
const rounds = quick ? 1 : 4;
const tokens = 64;
/** Clock ticks of /proc, which is what thread and process are both counted in. */
const ticksPerSecond = 100;

/** One round: what the server did, and what it and the reporter's thread used meanwhile. CPU seconds. */
interface Round {
  readonly completions: number;
  readonly seconds: number;
  readonly cpu: number;
  readonly reporterCpu: number;
}

try {
  await main();
} finally {
  await stopEverything();
}

async function main(): Promise<void> {
  const progress = printedProgress(process.stderr, { slowStepsOnly: true });
  const mlx = await preparePythonMlx(progress);
  if (mlx.kind === "unavailable") throw new Error(mlx.why);
  const model = await prepareTinyModel(mlx, progress);
  if (model.kind === "unavailable") throw new Error(model.why);
  const start = async (options: { readonly reports?: string }) => {
    const started = await startMlxServer(mlx, model.model, options);
    if (started.kind === "unavailable") throw new Error(started.why);
    await load(started.server, 2);
    return started.server;
  };
  const without = await start({});
  const under = await start({ reports: temporaryFolder("reports") });
  const taken: { readonly without: Round; readonly under: Round }[] = [];
  for (let round = 0; round < rounds; round++) {
    // Whoever is second finds a warmer machine: they take turns at that.
    const first = round % 2 === 0 ? without : under;
    const one = await load(first, roundSeconds);
    const other = await load(first === without ? under : without, roundSeconds);
    taken.push(first === without ? { without: one, under: other } : { without: other, under: one });
  }
  const wakeUp = await idle(under, quick ? 3 : 60);
  const report = reportOf(taken, wakeUp);
  console.log(report);
  if (!quick) keep(report);
}

/** Completions one after the other for so many seconds. */
async function load(server: MlxServer, seconds: number): Promise<Round> {
  const before = cpu(server.pid);
  const began = performance.now();
  let completions = 0;
  for (; performance.now() - began < seconds * 1000; completions++)
    await server.complete(`Count to ${completions % 7}.`, tokens);
  const after = cpu(server.pid);
  return {
    completions,
    seconds: (performance.now() - began) / 1000,
    cpu: after.process - before.process,
    reporterCpu: after.reporter - before.reporter,
  };
}

/** CPU seconds that the reporter's thread uses while nobody asks the server anything. */
async function idle(server: MlxServer, seconds: number): Promise<string> {
  const before = cpu(server.pid);
  await sleep(seconds * 1000);
  const after = cpu(server.pid);
  return `Idle for ${seconds} s its thread used ${(after.reporter - before.reporter).toFixed(2)} s of CPU, the whole server ${(after.process - before.process).toFixed(2)} s.`;
}

/** What a process has used, and its thread of that name, by the scheduler's own count in nanoseconds. */
function cpu(pid: number): { readonly process: number; readonly reporter: number } {
  let reporter = 0;
  for (const tid of readdirSync(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${tid}`;
    if (readFileSync(`${folder}/comm`, "utf8").trim() !== "mlx-headroom") continue;
    reporter += Number(readFileSync(`${folder}/schedstat`, "utf8").split(" ")[0]) / 1e9;
  }
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { process: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond, reporter };
}

function reportOf(
  taken: readonly { readonly without: Round; readonly under: Round }[],
  wakeUp: string,
): string {
  const rate = ({ completions, seconds }: Round) => completions / seconds;
  const share = ({ reporterCpu, cpu: all }: Round) => (reporterCpu / all) * 100;
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const without = mean(taken.map((round) => rate(round.without)));
  const under = mean(taken.map((round) => rate(round.under)));
  return [
    "## The reporter",
    "",
    `${availableParallelism()} cores, Linux ${release().split("-")[0] ?? ""}, mlx_lm.server with a tiny model on the CPU, completions of ${tokens} tokens one after`,
    "the other, in turns with the same server without the reporter, which reports every 5 s. CPU of its thread by the",
    "kernel's `/proc/PID/task/TID/schedstat`. Made by `npm run bench:reporter`.",
    "",
    "| round | completions a second without | with | CPU s of the server | of the reporter's thread | share |",
    "| --- | --- | --- | --- | --- | --- |",
    ...taken.map(
      (round, index) =>
        `| ${index + 1} | ${rate(round.without).toFixed(2)} | ${rate(round.under).toFixed(2)} | ${round.under.cpu.toFixed(2)} | ${round.under.reporterCpu.toFixed(4)} | ${share(round.under).toFixed(3)} % |`,
    ),
    "",
    `Mean: ${without.toFixed(2)} without, ${under.toFixed(2)} with (${((under / without - 1) * 100).toFixed(1)} %); its thread used at most ${Math.max(...taken.map((round) => share(round.under))).toFixed(3)} % of the server's CPU. ${wakeUp}`,
    "",
  ].join("\n");
}
