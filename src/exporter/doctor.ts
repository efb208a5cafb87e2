import type { Artifact } from "../model/artifact.ts";
import type { NativeAnswer } from "../model/darwin.ts";
import type { Host, MachineFacts } from "../model/host.ts";
import type { MlxProcess } from "../model/process.ts";
import { commandFile } from "./doctor/command-file.ts";
import { diagnose, type Finding } from "./doctor/diagnose.ts";
import { recordCommands, type RecordedRun } from "./doctor/recorder.ts";
import { secretsOf, type Known } from "./doctor/redact.ts";
import { createExporter, type ExporterOptions } from "./exporter.ts";

/** What was found out about a machine, and files that tell it to somebody else. */
export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly report: readonly Artifact[];
}

/** What is looked at in the background needs this long to be looked at once. */
const backgroundSeconds = 4;

/** Looks at a machine as the exporter does, with everything on, and says what comes of it. */
export async function examine(host: Host, options: ExporterOptions): Promise<Diagnosis> {
  const recorded = recordCommands(host);
  const exporter = await createExporter(recorded.host, options);
  for (let second = 0; second < backgroundSeconds; second++) {
    await exporter.tick();
    await host.clock.sleep(1);
  }
  const view = await exporter.look();
  exporter.close();
  const facts = await host.machineFacts();
  const native = host.platform === "darwin" ? [await nativeFinding(host)] : [];
  const findings = [
    ...native,
    ...diagnose(view, exporter.readable(), host.platform),
  ] as const satisfies readonly Finding[];
  const processes = view.processes.map(({ process }) => process);
  return {
    findings,
    report: reportOf(facts, findings, recorded.runs, known(host, facts, processes)),
  };
}

/** Why native calls are not made is told nowhere else. */
async function nativeFinding(host: Host): Promise<Finding> {
  const native = host.openDarwin();
  const answer: NativeAnswer<unknown> = await native.sample([host.pid]);
  native.close();
  const about = "native calls";
  switch (answer.kind) {
    case "answered":
      return { level: "good", about, says: "answer, and what they say of this program fits" };
    case "blocked":
      return { level: "bad", about, says: "hang" };
    case "off":
    case "failed":
      return {
        level: answer.kind === "off" && answer.why === "no_koffi" ? "note" : "bad",
        about,
        says: `are not made: ${answer.detail}`,
      };
  }
}

function known(host: Host, facts: MachineFacts, processes: readonly MlxProcess[]): Known {
  const users = processes.flatMap(({ user }) => user ?? []);
  return { processes, secrets: secretsOf(host.home, facts.hostname, users) };
}

function reportOf(
  { os, kernel, cpu, gpus }: MachineFacts,
  findings: readonly Finding[],
  runs: readonly RecordedRun[],
  secrets: Known,
): readonly Artifact[] {
  const last = new Map(runs.map((run) => [[run.path, ...run.args].join(" "), run]));
  const files = [...last.values()].map((run, index) => ({
    path: `commands/${String(index + 1).padStart(2, "0")}-${run.path.split("/").at(-1) ?? ""}.txt`,
    text: commandFile(run, secrets),
  }));
  const machine = { os, kernel, cpu, gpus };
  return [
    { path: "README.md", text: readme(machine) },
    { path: "findings.json", text: `${JSON.stringify({ machine, findings }, undefined, 2)}\n` },
    ...files,
  ];
}

function readme(machine: Omit<MachineFacts, "hostname">): string {
  return `# What mlx-headroom doctor saw

${machine.os}, ${machine.cpu}, ${machine.gpus.join(", ")}

Each file of \`commands/\` holds one command, how it ended, and what it printed: of MLX processes the command line without
its values, of programs of the system their path, of all others nothing. Names of users, of the machine and of home
folders are replaced. Read it before you give it away: nothing was sent anywhere.
`;
}
