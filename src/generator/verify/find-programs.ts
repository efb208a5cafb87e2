import { delimiter, join } from "node:path";
import type { Host } from "../../model/host.ts";
import type { Verifier } from "./checks.ts";

/** A program that was found and has answered. */
export interface Program {
  readonly path: string;
  /** As it says itself; empty when it says none. */
  readonly version: string;
}

/** Looks for a program where a shell would, and asks which version it is. */
export async function findProgram(
  name: Verifier,
  searchPath: string,
  { files, commands }: Pick<Host, "files" | "commands">,
): Promise<Program | undefined> {
  // An empty or relative folder would mean one of whatever folder we happen to be in.
  for (const folder of searchPath.split(delimiter).filter((each) => each.startsWith("/"))) {
    const path = join(folder, name);
    if (!files.exists(path)) continue;
    const run = await commands.run(path, ["--version"], { seconds: 20 });
    if (run.kind !== "ran") continue;
    const said = `${run.stdout.toString("utf8")}${run.stderr}`;
    return { path, version: /version (\S+)/.exec(said)?.[1] ?? "" };
  }
  return undefined;
}
