import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unavailable, type Available } from "./available.ts";
import { keep } from "./cache.ts";
import { runCommand } from "./children.ts";
import type { Progress } from "./progress.ts";
import { lastError, type PythonMlx } from "./python-mlx.ts";
import { repository } from "./repository.ts";

/** Makes the tiny random-weight model, once: a real server needs a model, and weights must not be downloaded. */
export async function prepareTinyModel(
  mlx: PythonMlx,
  progress: Progress,
): Promise<Available<{ readonly model: string }>> {
  const script = join(repository, "lab", "make_tiny_model.py");
  const stamp = createHash("sha256").update(readFileSync(script)).digest("hex");
  const kept = await keep("tiny-llama", stamp, async (folder) => {
    const step = progress.begin("A tiny model with random weights");
    const made = await runCommand(mlx.python, [script, folder], { env: { HF_HUB_OFFLINE: "1" } });
    if (made.kind === "ok") {
      step.done();
      return undefined;
    }
    step.without();
    return unavailable(`the tiny model could not be made (${lastError(made.stderr)})`);
  });
  return kept.kind === "ready" ? { kind: "ready", model: kept.folder } : kept;
}
