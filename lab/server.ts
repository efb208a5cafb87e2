import { unavailable, type Available } from "./available.ts";
import { runCommand, startChild, type Child, type ChildOptions } from "./children.ts";
import { answers } from "./wait-until.ts";

const startSeconds = 60;

/** How a server of the lab is started. */
export interface ServerOptions {
  readonly configFile: string;
  readonly port?: number;
  /** Where it keeps its data, for one that takes the place of another; without it the data goes when it is stopped. */
  readonly data?: string;
}

/** Starts a program that listens and waits until `healthUrl` answers; says in one sentence why when it does not. */
export async function startServer(
  name: string,
  command: string,
  args: readonly string[],
  healthUrl: string,
  options: ChildOptions = {},
): Promise<Available<{ readonly child: Child }>> {
  const child = await startChild(name, command, args, options);
  const ended = () => child.ended() !== undefined;
  if (await answers(healthUrl, startSeconds, ended)) return { kind: "ready", child };
  const how = child.ended() ?? `it does not answer after ${startSeconds} s`;
  const why = `${name} did not start (${how}): ${child.lastLines(1)}`;
  await child.stop();
  return unavailable(why);
}

/** `prometheus, version 2.42.0+ds (branch: …`: what a program of the Prometheus family says when asked. */
export async function versionOf(command: string): Promise<string | undefined> {
  const answer = await runCommand(command, ["--version"]);
  return /version (\S+)/.exec(answer.stdout + answer.stderr)?.[1];
}
