import type { Available } from "../../lab/available.ts";
import { makeCgroup, type Cgroup } from "../../lab/cgroup.ts";
import { startExporter, type Exporter } from "../../lab/exporter.ts";
import { startMlxServer, type MlxServer, type MlxServerOptions } from "../../lab/mlx-server.ts";
import { printedProgress, type Progress } from "../../lab/progress.ts";
import { preparePythonMlx, type PythonMlx } from "../../lab/python-mlx.ts";
import { prepareTinyModel, type TinyModel } from "../../lab/tiny-model.ts";
import { requireComponent } from "./requires.ts";

/** Says what takes long, such as the first venv: a test run that is silent for a minute looks broken. */
export const slowSteps: Progress = printedProgress(process.stderr, { slowStepsOnly: true });

/** The value of something the lab could give, or a skip with the reason why it could not. */
export function orSkip<T>(context: Mocha.Context, available: Available<T>): T {
  if (available.kind === "unavailable") {
    requireComponent(context, `${available.why}.`);
    throw new Error("a missing component skips or fails");
  }
  return available;
}

/** A Python that has MLX, and a tiny model: made once, kept in .cache/. */
export async function mlxAndModel(
  context: Mocha.Context,
  name?: TinyModel,
): Promise<{ readonly mlx: PythonMlx; readonly model: string }> {
  context.timeout(600_000);
  const mlx = orSkip(context, await preparePythonMlx(slowSteps));
  const { model } = orSkip(context, await prepareTinyModel(mlx, slowSteps, name));
  return { mlx, model };
}

/** A real mlx_lm.server on the tiny model. */
export async function realServer(
  context: Mocha.Context,
  options: MlxServerOptions = {},
): Promise<MlxServer> {
  const { mlx, model } = await mlxAndModel(context);
  const { server } = orSkip(context, await startMlxServer(mlx, model, options));
  return server;
}

/** A real memory cgroup; version 1 or 2, as this machine has it. */
export function realCgroup(context: Mocha.Context, name: string, limitBytes?: number): Cgroup {
  return orSkip(context, makeCgroup(name, limitBytes)).cgroup;
}

/** The exporter as a user starts it. One that does not start is a failure, not a missing component. */
export async function realExporter(flags: readonly string[] = []): Promise<Exporter> {
  const started = await startExporter({ flags });
  if (started.kind === "unavailable") throw new Error(started.why);
  return started.exporter;
}

/** Collects what a group of tests must undo, newest first, also when its preparation was cut short. */
export function afterwards(): (undo: () => Promise<void>) => void {
  const undos: (() => Promise<void>)[] = [];
  after(async () => {
    for (const undo of undos.splice(0).reverse()) await undo();
  });
  return (undo) => {
    undos.push(undo);
  };
}
