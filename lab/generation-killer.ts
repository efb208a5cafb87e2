import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./children.ts";

/** A way to kill the generation thread of a real mlx_lm.server, which goes on answering its port. */
export interface GenerationKiller {
  /** What the server has to be started with. */
  readonly env: Readonly<Record<string, string>>;
  kill(): void;
}

/**
 * Python runs a module of this name before any program. When the file appears, the next look of the generation thread
 * into its queue throws, as the bugs of mlx-lm's issues 1505 and 1909 did, and the thread dies in the server's own way.
 * Up to 0.31.3 the server never asked whether that thread lives: it answered /health with 200 and let completions wait
 * for ever. Newer ones ask, and are told here that it does, as in a thread that hangs.
 */
const sitecustomize = `
import os, sys, threading, time

def die(*args, **kwargs):
    raise RuntimeError("killed by the lab")

def wait(file):
    while not os.path.exists(file):
        time.sleep(0.05)
    generator = sys.modules["mlx_lm.server"].ResponseGenerator
    generator.generation_available = lambda self: True
    generator._next_request = die

file = os.environ.get("LAB_KILL_GENERATION")
if file:
    threading.Thread(target=wait, args=(file,), daemon=True).start()
`;

export function generationKiller(): GenerationKiller {
  const folder = temporaryFolder("generation-killer");
  writeFileSync(join(folder, "sitecustomize.py"), sitecustomize);
  const file = join(folder, "kill");
  return {
    env: { PYTHONPATH: folder, LAB_KILL_GENERATION: file },
    kill() {
      writeFileSync(file, "");
    },
  };
}
