import { spawnSync } from "node:child_process";

/** Runs a module in a Node of its own. */
export function inNode(script: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, ["--input-type=module", "-e", script, "--", ...args], {
    encoding: "utf8",
    timeout: 60_000,
  });
}
