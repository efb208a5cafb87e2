import type { CommandRun } from "../../model/commands.ts";
import type { Host } from "../../model/host.ts";

/** One command that was run, what it gave, and how long it took. */
export interface RecordedRun {
  readonly path: string;
  readonly args: readonly string[];
  readonly run: CommandRun;
  readonly seconds: number;
}

/** The same host, and every command that is run on it from now on. */
export function recordCommands(host: Host): {
  readonly host: Host;
  readonly runs: readonly RecordedRun[];
} {
  const runs: RecordedRun[] = [];
  const commands: Host["commands"] = {
    async run(path, args, limits) {
      const began = host.clock.monotonicSeconds();
      const run = await host.commands.run(path, args, limits);
      runs.push({ path, args, run, seconds: host.clock.monotonicSeconds() - began });
      return run;
    },
  };
  return { host: { ...host, commands }, runs };
}
