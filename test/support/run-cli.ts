import { main } from "../../src/cli.ts";
import { realHost } from "../../src/host/real-host.ts";
import type { Host } from "../../src/model/host.ts";

/** What one command line did. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, on the real machine unless another host is given. */
export async function runCli(argv: readonly string[], host: Host = realHost()): Promise<Outcome> {
  const said = { stdout: "", stderr: "" };
  const code = await main(argv, host, {
    stdout: (text) => (said.stdout += text),
    stderr: (text) => (said.stderr += text),
    colour: false,
    environment: {},
  });
  return { code, ...said };
}
