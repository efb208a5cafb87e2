import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Available } from "./available.ts";
import { startChild, temporaryFolder, type Child } from "./children.ts";
import { findPython } from "./python.ts";
import { unavailable } from "./available.ts";

/**
 * Starts a Python program that is called like an MLX server: its process, its cgroups and what the kernel does to
 * them are real, and it misbehaves in a way that no server can be made to. Its output tells how far it is.
 */
export async function startStandIn(
  script: string,
  cgroups: readonly string[],
): Promise<Available<{ readonly child: Child }>> {
  const found = await findPython();
  if (found.kind !== "found") return unavailable("there is no Python 3.10 or newer");
  const path = join(temporaryFolder("stand-in"), "mlx-omni-server");
  writeFileSync(path, script);
  const child = await startChild("stand-in", found.python.command, [path], { cgroups });
  return { kind: "ready", child };
}
