import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unavailable, type Available } from "./available.ts";
import { keep } from "./cache.ts";
import { runCommand } from "./children.ts";
import type { Progress } from "./progress.ts";
import { lastError, type PythonMlx } from "./python-mlx.ts";
import { repository } from "./repository.ts";

/** Models by name, with what differs from the tiny one in config.json. */
const configs = {
  "tiny-llama": {},
  /** Remembers 8 KiB for each byte of a prompt, so that a server's prompt cache can be seen to grow. */
  "tiny-llama-wide": { hidden_size: 256, num_hidden_layers: 4, num_key_value_heads: 4 },
} as const;

export type TinyModel = keyof typeof configs;

/** Makes a tiny random-weight model, once: a real server needs a model, and weights must not be downloaded. */
export async function prepareTinyModel(
  mlx: PythonMlx,
  progress: Progress,
  name: TinyModel = "tiny-llama",
): Promise<Available<{ readonly model: string }>> {
  const script = join(repository, "lab", "make_tiny_model.py");
  const config = JSON.stringify(configs[name]);
  const stamp = createHash("sha256").update(readFileSync(script)).update(config).digest("hex");
  const kept = await keep(name, stamp, async (folder) => {
    const step = progress.begin("A tiny model with random weights");
    const args = [script, folder, config];
    const made = await runCommand(mlx.python, args, { env: { HF_HUB_OFFLINE: "1" } });
    if (made.kind === "ok") {
      step.done();
      return undefined;
    }
    step.without();
    return unavailable(`the tiny model could not be made (${lastError(made.stderr)})`);
  });
  return kept.kind === "ready" ? { kind: "ready", model: kept.folder } : kept;
}
