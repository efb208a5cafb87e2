import type { Exporter } from "../exporter/exporter.ts";
import { interpreterOf } from "../exporter/interpreter.ts";
import type { Call } from "../model/command.ts";
import type { Host, Roots } from "../model/host.ts";
import { UserError } from "../model/user-error.ts";
import type { Subject } from "./record-subject.ts";

/** A program that imports MLX, evaluates once, and waits to be measured. */
export const importProgram = "import_mlx.py";

/** How it is run: by the interpreter that was named, or the one that runs the workload, or any. */
export async function importCommand(
  { workload }: Subject,
  call: Call,
  host: Host,
  exporter: Exporter,
  roots: Roots,
): Promise<[string, string]> {
  const program = host.shippedFile(`reporter/${importProgram}`);
  const named = call.options["python"];
  if (typeof named === "string") return [named, program];
  const { processes } = await exporter.look();
  const running = processes.find(({ process }) => process.workload === workload);
  const found = running && (await interpreterOf(host, roots, running.process));
  if (found === "not ours") throw new UserError("no-interpreter", { workload });
  return [typeof found === "object" ? found.python : "python3", program];
}
