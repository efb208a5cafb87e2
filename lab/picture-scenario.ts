import { existsSync } from "node:fs";
import { standInExporters, standInWorkloads } from "../test/support/stand-in-exporters.ts";
import { unavailable, type Available } from "./available.ts";
import { makeCgroup } from "./cgroup.ts";
import { temporaryFolder } from "./children.ts";
import { putLoadOn } from "./load.ts";
import { startMlxServer, type MlxServer } from "./mlx-server.ts";
import { observeServer } from "./observed-server.ts";
import type { Progress } from "./progress.ts";
import type { Prometheus } from "./prometheus.ts";
import type { Span } from "./prometheus-api.ts";
import { preparePythonMlx } from "./python-mlx.ts";
import { prepareTinyModel } from "./tiny-model.ts";
import { waitUntil } from "./wait-until.ts";
import { startWebhook } from "./webhook.ts";

/** What has happened, and who remembers it. */
export interface Happened {
  readonly prometheus: Prometheus;
  readonly span: Span;
  /** The workloads of this scenario: whatever else runs on the machine is nobody's business. */
  readonly workloads: readonly string[];
}

const limitBytes = 300 * 1024 * 1024;
const calmSeconds = 20;
const downSeconds = 15;
const afterSeconds = 45;

/** Alerts of minutes would be none in a picture of minutes. */
const policy = `  alerts:
    MlxUsageAboveBaseline: { for: 10s }
    MlxHeadroomLow: { for: 10s }
    MlxWorkloadDown: { for: 10s }
`;

/**
 * A real server whose prompt cache grows until the kernel kills it, as those of mlx-lm #1390 do, and that is started
 * again; a second one that is well; a GPU and a Mac that are fixtures. It takes about four minutes. `undo` is handed what
 * removes its cgroup, once everything has been stopped.
 */
export async function letItHappen(
  progress: Progress,
  undo: (remove: () => Promise<void>) => void,
): Promise<Available<Happened>> {
  const mlx = await preparePythonMlx(progress);
  if (mlx.kind === "unavailable") return mlx;
  const [wide, small] = [
    await prepareTinyModel(mlx, progress, "tiny-llama-wide"),
    await prepareTinyModel(mlx, progress),
  ];
  if (wide.kind === "unavailable") return wide;
  if (small.kind === "unavailable") return small;
  const limited = makeCgroup("mlx-headroom-pictures", limitBytes);
  if (limited.kind === "unavailable") return limited;
  undo(() => limited.cgroup.remove());
  const reports = temporaryFolder("reports");
  const options = {
    ...{ cgroups: [limited.cgroup.folder], reports },
    flags: ["--prompt-cache-size", "1000"],
  };
  const first = await startMlxServer(mlx, wide.model, options);
  if (first.kind === "unavailable") return first;
  const second = await startMlxServer(mlx, small.model, { reports });
  if (second.kind === "unavailable") return second;
  const [chat, embed] = [first.server, second.server];
  void putLoadOn(embed, 200);
  const stopChatLoad = putLoadOn(chat, 1000);

  const standIns = await standInExporters();
  const observed = await observeServer(progress, {
    ...{ servers: { chat, embed }, policy, work: temporaryFolder("pictures"), reports },
    ...{ instance: "linux-1", standIns: standIns.addresses, profiles: [], recordSeconds: 15 },
    webhookUrl: (await startWebhook()).url,
    undo: () => undefined,
  });
  if (observed.kind === "unavailable") return observed;
  const start = Math.ceil(Date.now() / 1000) + 10;

  const step = progress.begin("A server that grows until it is killed, and starts again");
  await stopChatLoad();
  await seconds(calmSeconds);
  const stopAgain = putLoadOn(chat, 250);
  const gone = await waitUntil(() => (isGone(chat) ? true : undefined), { timeoutSeconds: 300 });
  await stopAgain();
  if (gone === undefined) return unavailable("the server outlived what should not fit");
  await seconds(downSeconds);
  const third = await startMlxServer(mlx, wide.model, { ...options, port: chat.port });
  if (third.kind === "unavailable") return third;
  void putLoadOn(third.server, 1000);
  await seconds(afterSeconds);
  step.done();
  const workloads = ["chat", "embed", ...Object.values(standInWorkloads)];
  const { prometheus } = observed;
  return { kind: "ready", prometheus, span: { start, end: now(), step: 1 }, workloads };
}

function isGone({ pid }: MlxServer): boolean {
  return !existsSync(`/proc/${pid}/exe`);
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

async function seconds(count: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, count * 1000));
}
