import { z } from "zod";
import { known, missing, type Figure } from "../../model/figure.ts";
import type { LaunchdJob } from "../../model/darwin.ts";
import type { Rlimits } from "../../model/reading.ts";
import type { DarwinCommand } from "./darwin-command.ts";

/*
 * Limits of launchd's jobs. Nobody on macOS may read the limits of another process: what a job's property list sets is
 * all there is to know, and what it does not set has a default of the system that cannot be read either.
 *
 * No output of these commands was recorded. What is read here is what launchd.plist(5), launchctl(1) and plutil(1) say.
 */

/** Jobs of whoever asks: for root those of the system, for others those of their session. */
export const jobsCommand: DarwinCommand = { path: "/bin/launchctl", args: ["list"] };

/** Parses rows of PID, status and label, with tabs between; a job without a process has `-` for a pid. */
export function parseJobs(stdout: Buffer): readonly LaunchdJob[] | undefined {
  const [heading = "", ...rows] = stdout.toString("utf8").split("\n");
  if (!/^PID\tStatus\tLabel$/.test(heading)) return undefined;
  return rows.flatMap((row) => {
    const [, pid, label] = /^(\d{1,10})\t[^\t]{1,16}\t([^\p{Cc}/]{1,256})$/u.exec(row) ?? [];
    return label === undefined ? [] : [{ pid: Number(pid), label }];
  });
}

/** Says where a job comes from, and its environment besides: nothing of that is looked at. */
export function jobCommand(domain: string, label: string): DarwinCommand {
  return { path: "/bin/launchctl", args: ["print", `${domain}/${label}`] };
}

/** The property list in what `launchctl print` says, indented by one tab; none where a program made the job. */
export function parseJobPath(stdout: Buffer): { readonly path: string | undefined } {
  return { path: /^\tpath = (\/.+\.plist)$/m.exec(stdout.toString("utf8"))?.[1] };
}

export function propertyListCommand(path: string): DarwinCommand {
  return { path: "/usr/bin/plutil", args: ["-convert", "json", "-o", "-", path] };
}

const limit = z.number().optional().catch(undefined);
const limitsSchema = z
  .object({
    NumberOfFiles: limit,
    NumberOfProcesses: limit,
    CPU: limit,
    MemoryLock: limit,
    Data: limit,
    ResidentSetSize: limit,
  })
  .optional();
const jobSchema = z.object({ SoftResourceLimits: limitsSchema, HardResourceLimits: limitsSchema });

/** Parses a job's property list as JSON into the limits that it sets; undefined when it is none. */
export function parseJobLimits(stdout: Buffer): Rlimits | undefined {
  const { data } = jobSchema.safeParse(parsed(stdout.toString("utf8")));
  if (data === undefined) return undefined;
  const of = (name: keyof NonNullable<z.infer<typeof limitsSchema>>) =>
    figureOf(data.SoftResourceLimits?.[name], data.HardResourceLimits?.[name]);
  return {
    // For the kernel the two are one limit.
    addressSpaceBytes: of("ResidentSetSize"),
    dataBytes: of("Data"),
    openFiles: of("NumberOfFiles"),
    cpuSeconds: of("CPU"),
    lockedBytes: of("MemoryLock"),
    processes: of("NumberOfProcesses"),
  };
}

/** The kernel's infinity, 2^63 - 1, as near as a number of JSON comes to it. */
const infinity = 2 ** 63;

/** The soft value. One above its hard value is refused by the kernel, so that neither holds. */
function figureOf(soft: number | undefined, hard: number | undefined): Figure {
  const sensible = soft !== undefined && Number.isInteger(soft) && soft >= 0;
  if (!sensible || (hard !== undefined && hard < soft)) return missing("unsupported");
  return soft >= infinity ? missing("unlimited") : known(soft);
}

/** The limits of a process of which nobody knows any. */
export function noLimits(figure: Figure): Rlimits {
  return {
    addressSpaceBytes: figure,
    dataBytes: figure,
    openFiles: figure,
    cpuSeconds: figure,
    lockedBytes: figure,
    processes: figure,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
