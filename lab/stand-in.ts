import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { unavailable, type Available } from "./available.ts";
import { startChild, temporaryFolder, type Child } from "./children.ts";
import { findPython } from "./python.ts";

/**
 * Starts a Python program that is called like an MLX server: its process, its cgroups and what the kernel does to
 * them are real, and it misbehaves in a way that no server can be made to. Its output tells how far it is.
 */
export async function startStandIn(
  name: string,
  script: string,
  cgroups: readonly string[],
): Promise<Available<{ readonly child: Child; readonly workload: string }>> {
  const found = await findPython();
  if (found.kind !== "found") return unavailable("there is no Python 3.10 or newer");
  const path = join(temporaryFolder("stand-in"), "mlx_lm.server");
  writeFileSync(path, script);
  // A model of its own, so that no other server of this machine belongs to the same workload.
  const model = `${name}-${process.pid}`;
  const args = [path, "--model", model];
  const child = await startChild("stand-in", found.python.command, args, { cgroups });
  return { kind: "ready", child, workload: `mlx_lm.server:${model}` };
}
