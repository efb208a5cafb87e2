import { basename, dirname } from "node:path";
import { profileResourceNames } from "../catalog/profile-resources.ts";
import {
  explainProfile,
  profileArtifacts,
  profileOf,
  profileReport,
  type ProfileBaseline,
} from "../generator/profiling.ts";
import type { Artifact } from "../model/artifact.ts";
import type { Call, Command, Output } from "../model/command.ts";
import type { Host } from "../model/host.ts";
import { workloadName } from "../model/document.ts";
import { UserError } from "../model/user-error.ts";
import { version } from "../model/version.ts";
import { defaultProfiles } from "./compile-files.ts";
import { checkPlace, readRecordings, type ReadRecordings } from "./profile-files.ts";

/** Recordings in, the baseline of one workload out. */
export const profileCommand: Command = {
  name: "profile",
  summary: "Work out the baseline of a workload from its recordings, and say how sure it is.",
  arguments: "WORKLOAD",
  maxArguments: 1,
  options: {
    recordings: {
      type: "string",
      value: "DIR",
      help: "Folder of recordings (*.jsonl), or one of them. Those of other workloads are passed over.",
      default: "recordings",
    },
    out: {
      type: "string",
      value: "DIR",
      help: "Folder to write WORKLOAD.yaml to, and the schema that editors check it with.",
      default: defaultProfiles,
    },
    explain: {
      type: "string",
      value: "RESOURCE",
      choices: profileResourceNames,
      help: `Write nothing; print how each number of a resource came to be. One of ${profileResourceNames.join(", ")}.`,
    },
    report: {
      type: "string",
      value: "FILE",
      help: "Write a page with plots of every recording, too: one HTML file that needs nothing else.",
    },
  },
  examples: [
    {
      line: "mlx-headroom profile chat",
      says: "Turn the recordings of chat in recordings/ into profiles/chat.yaml.",
    },
    {
      line: "mlx-headroom profile chat --report chat.html",
      says: "The same, and a page to look at, to print and to keep.",
    },
    {
      line: "mlx-headroom profile chat --explain memory",
      says: "Where each number of memory comes from: formula, recordings, samples.",
    },
  ],
  // Not an async function without an await: what it throws still becomes a rejection.
  run: (call, host, output) => Promise.resolve().then(() => runProfile(call, host, output)),
};

function runProfile({ options, positionals }: Call, host: Host, output: Output): number {
  const workload = workloadOf(positionals);
  const place = String(options["recordings"]);
  const read = readRecordings(host.files, place, workload);
  for (const remark of read.remarks) output.stderr(`${remark}\n`);
  const baseline = profileOf(workload, read.runs);
  if (baseline === undefined)
    throw new UserError("no-recordings", { path: place, workload, others: read.others.join(", ") });

  const { explain, report, out } = options;
  const resource = profileResourceNames.find((name) => name === explain);
  if (resource !== undefined) {
    output.stdout(explainProfile(baseline, resource));
    return 0;
  }
  checkPlace(host.files, String(out), workload);
  write(host, String(out), profileArtifacts(baseline, version), output);
  if (typeof report === "string") writeReport(host, report, baseline, output);
  output.stderr(summary(baseline, read));
  return 0;
}

function workloadOf(positionals: readonly string[]): string {
  const [workload] = positionals;
  if (workload === undefined || !workloadName.safeParse(workload).success) {
    const given = workload === undefined ? "" : `'${workload}' is not the name of a workload. `;
    const detail = `${given}It takes the name of one workload, as in 'mlx-headroom profile chat'.`;
    throw new UserError("bad-usage", { command: "profile", detail });
  }
  return workload;
}

function write(host: Host, root: string, files: readonly Artifact[], output: Output): void {
  host.writer.writeAll(root, files);
  output.stdout(files.map(({ path }) => `${root}/${path}\n`).join(""));
}

function writeReport(host: Host, path: string, baseline: ProfileBaseline, output: Output): void {
  const text = profileReport(baseline, version);
  try {
    host.writer.writeAll(dirname(path), [{ path: basename(path), text }]);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const detail = (error.cause as NodeJS.ErrnoException | undefined)?.code ?? error.message;
    throw new UserError("cannot-write", { path, detail, flag: "--report" }, { cause: error });
  }
  output.stdout(`${path}\n`);
}

function summary({ profile }: ProfileBaseline, { runs }: ReadRecordings): string {
  const scenarios = Object.keys(profile.figures.scenarios);
  return `${profile.workload}: ${runs.length} ${runs.length === 1 ? "recording" : "recordings"} of ${scenarios.join(", ")}. Grade ${profile.grade}: ${profile.why ?? ""}.\n`;
}
