import { spawnSync } from "node:child_process";

/** Runs a program with some standard input and gives back what it said. */
export function runProgram(
  command: string,
  args: readonly string[],
  input = "",
): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { input, encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}
