import { constants } from "node:os";
import { stopEverything } from "./children.ts";
import { bringUp } from "./main-job.ts";
import { check } from "./once.ts";
import { printedProgress, seconds, type Progress } from "./progress.ts";
import { printNotifications, printSummary } from "./summary.ts";

const help = `npm start [-- --once]

Runs the main job of mlx-headroom on this machine, on loopback only: the exporter, the compiled rules, and
Prometheus and Alertmanager where they can be had. If no MLX process runs here, it makes one: a Python venv
with mlx-lm, a tiny model, a real mlx_lm.server. What it fetches is kept in .cache/; nothing is installed
into the system.

  --once   check that the whole loop works, print the summary, stop everything; exit code 0, or 1 saying what failed
  --help   this text

Ctrl-C stops everything this command started, at any time. The exit code is 0 once everything runs, and 130
(143 for SIGTERM) before that or with --once.
`;

const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type StopSignal = (typeof stopSignals)[number];

/** What `npm start` does; resolves to the exit code when everything it started has been stopped. */
export async function start(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    process.stdout.write(help);
    return 0;
  }
  const unknown = args.find((argument) => argument !== "--once");
  if (unknown !== undefined) {
    console.error(
      `npm start does not know '${unknown}'. Run 'npm start -- --help' for what it does.`,
    );
    return 2;
  }
  const progress = printedProgress();
  const interrupted = new Promise<StopSignal>((resolve) => {
    for (const name of stopSignals) {
      // Never once(): npm passes Ctrl-C on a second time, which must not cut the stopping short.
      process.on(name, () => {
        progress.silence();
        resolve(name);
      });
    }
  });
  try {
    return await run(args.includes("--once"), progress, interrupted);
  } finally {
    await stopEverything();
  }
}

async function run(
  once: boolean,
  progress: Progress,
  interrupted: Promise<StopSignal>,
): Promise<number> {
  console.log("The main job on this machine. Ctrl-C stops everything this command starts.");
  const job = bringUp(progress);
  // After an interrupt nobody waits for it any more, and its last step may well fail.
  job.catch(() => undefined);
  const outcome = await Promise.race([job, interrupted]);
  if (typeof outcome === "string") return stopped(outcome);

  if (once) {
    const checked = check(outcome, progress);
    checked.catch(() => undefined);
    const problems = await Promise.race([checked, interrupted]);
    if (typeof problems === "string") return stopped(problems);
    await printSummary(outcome);
    for (const problem of problems) console.log(`Failed: ${problem}`);
    if (problems.length === 0) console.log(`The whole loop works (${seconds(performance.now())}).`);
    return problems.length === 0 ? 0 : 1;
  }
  await printSummary(outcome);
  console.log(
    `Ready in ${seconds(performance.now())}. Ctrl-C stops everything this command started.`,
  );
  if (outcome.alertmanager !== undefined) printNotifications(outcome);
  await interrupted;
  console.log("\nStopping.");
  return 0;
}

function stopped(name: StopSignal): number {
  console.log(`\nStopping, before everything was ready (${name}).`);
  return 128 + constants.signals[name];
}
