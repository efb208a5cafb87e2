import type { Available } from "./available.ts";
import { listMlxProcesses } from "./exporter.ts";
import { startMlxServer, type MlxServer } from "./mlx-server.ts";
import type { Progress } from "./progress.ts";
import { provide } from "./provide.ts";
import { preparePythonMlx, type PythonMlx } from "./python-mlx.ts";
import { prepareTinyModel } from "./tiny-model.ts";

/** Whether an MLX process runs here, and the server if it is one of ours. */
export interface MlxPresence {
  readonly found: boolean;
  readonly server?: MlxServer;
}

/** Makes sure that an MLX process runs here: the machine's own if it has one, else a server of ours. */
export async function provideMlxProcess(progress: Progress): Promise<MlxPresence> {
  const listed = await listMlxProcesses();
  if (listed.kind === "ready" && listed.processes.length > 0) {
    const names = listed.processes
      .map(({ pid, workload }) => `${workload} (pid ${pid})`)
      .join(", ");
    progress.begin("MLX server").done(`none is made, because there is ${names}`);
    return { found: true };
  }
  const ready = listed.kind === "ready" ? await prepare(progress) : listed;
  const starting = ready.kind === "ready" ? startAnswering(ready.mlx, ready.model) : ready;
  const made = await provide(progress, "MLX server", starting, ({ server: { pid, url } }) => {
    return `mlx_lm.server, pid ${pid}, on ${url}`;
  });
  return made === undefined ? { found: false } : { found: true, server: made.server };
}

async function prepare(
  progress: Progress,
): Promise<Available<{ readonly mlx: PythonMlx; readonly model: string }>> {
  const mlx = await preparePythonMlx(progress);
  if (mlx.kind === "unavailable") return mlx;
  const model = await prepareTinyModel(mlx, progress);
  if (model.kind === "unavailable") return model;
  return { kind: "ready", mlx, model: model.model };
}

/** The first answer makes the process what it is in real life: warmed up, with all its threads. */
async function startAnswering(
  mlx: PythonMlx,
  model: string,
): Promise<Available<{ readonly server: MlxServer }>> {
  const started = await startMlxServer(mlx, model);
  if (started.kind === "ready") await started.server.complete();
  return started;
}
