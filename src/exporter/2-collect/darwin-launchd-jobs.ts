import type { JobList, LaunchdJobs } from "../../model/darwin.ts";
import type { Host } from "../../model/host.ts";
import { ask } from "./darwin-command.ts";
import { jobsCommand, parseJobs } from "./darwin-launchd.ts";
import { switchedOff } from "./darwin-watch.ts";

/** So long nobody asks again who could not be told. */
const quietSeconds = 30;

/** Lists launchd's jobs for all who want to know, and runs launchctl once where one list serves several. */
export function createLaunchdJobs(host: Pick<Host, "commands" | "clock">, on = true): LaunchdJobs {
  let latest: { readonly began: number; readonly list: Promise<JobList> } | undefined;
  let failedAt = -Infinity;

  async function read(): Promise<JobList> {
    const { told } = await ask(host, jobsCommand, parseJobs);
    failedAt = "missing" in told ? host.clock.monotonicSeconds() : -Infinity;
    return told;
  }

  return {
    async list(since) {
      if (!on) return switchedOff;
      const now = host.clock.monotonicSeconds();
      const isQuiet = now - failedAt < quietSeconds;
      if (latest === undefined || (latest.began < since && !isQuiet))
        latest = { began: now, list: read() };
      return latest.list;
    },
  };
}
