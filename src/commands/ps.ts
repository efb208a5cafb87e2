import { createExporter, explain, type ExporterOptions } from "../exporter/exporter.ts";
import type { Command, Output } from "../model/command.ts";
import type { Host } from "../model/host.ts";
import { UserError } from "../model/user-error.ts";
import { unseenSentences } from "../model/unseen.ts";
import type { ProcessView } from "../model/view.ts";
import { exporterFlags, exporterOptions, nothingToSee } from "./exporter-options.ts";
import { housingFlags, housingOptions } from "./housing-options.ts";
import { hearing } from "./ps-asked.ts";
import { processesJson } from "./ps-json.ts";
import { processesTable } from "./ps-table.ts";
import { toldLine } from "./ps-told.ts";

/** CPU rates need two looks; this is how far apart they are. */
const betweenLooksSeconds = 0.25;
/** Long enough on macOS to ask for the footprints of a dozen processes, one after the other. */
const betweenLooksOnDarwin = 1.5;
/** Opening NVIDIA's driver takes seconds where nothing else keeps it open, and there is only one look here. */
const nvidiaPatienceSeconds = 5;

/** Shows what was discovered, once. */
export const psCommand: Command = {
  name: "ps",
  summary:
    "Show the MLX processes of this machine and what is left under the limits that bind them.",
  arguments: "[PID]",
  maxArguments: 1,
  options: {
    format: {
      type: "string",
      value: "FORMAT",
      default: "table",
      choices: ["table", "json"],
      help: "table or json.",
    },
    explain: {
      type: "boolean",
      help: "Say for PID which rule matched, or which came closest and why it did not; without PID for every process that comes near.",
    },
    ...exporterFlags,
    ...housingFlags,
  },
  examples: [
    {
      line: "mlx-headroom ps",
      says: "One line a process: memory, and what is left of memory, CPU, descriptors, threads.",
    },
    {
      line: "mlx-headroom ps --explain 4242",
      says: "Why process 4242 is counted, or why it is not.",
    },
    { line: "mlx-headroom ps --format json", says: "Every limit, in base units, for a script." },
    {
      line: "mlx-headroom ps --collector.kubernetes",
      says: "With the names of pods, and workloads named by their labels, as the DaemonSet's serve has them.",
    },
  ],
  async run(call, host, output) {
    const housing = housingOptions("ps", call, host, output);
    const asked = hearing(host, housing.kubernetes);
    const options = { ...exporterOptions("ps", call, host), ...housing, ...asked.options };
    const json = call.options["format"] === "json";
    const [pid] = call.positionals;
    if (pid !== undefined && (call.options["explain"] !== true || !/^[1-9]\d{0,9}$/.test(pid))) {
      const detail = `'${pid}' is not expected here: a PID goes with --explain, as in 'mlx-headroom ps --explain 4242'.`;
      throw new UserError("bad-usage", { command: "ps", detail });
    }
    /** The list is whole, and yet not what was asked for. */
    const verdict = () => {
      const complaints = asked.complaints();
      for (const complaint of complaints) output.stderr(`${complaint}\n`);
      return complaints.length > 0 ? 1 : 0;
    };
    if (call.options["explain"] === true) {
      await explainTo(output, host, options, json, pid);
      return verdict();
    }

    const freshSeconds = betweenLooksSeconds;
    const exporter = await createExporter(host, {
      ...options,
      nvidiaPatienceSeconds,
      freshSeconds,
    });
    if (!exporter.readable()) throw nothingToSee(host, options.roots);
    await host.clock.sleep(secondsBetween(host));
    const { processes, unseen } = await exporter.look();
    exporter.close();
    if (json) output.stdout(processesJson(processes, unseen));
    else if (processes.length > 0) {
      output.stdout(processesTable(processes, output.colour));
      const refused = refusedFields(processes);
      if (refused.length > 0) {
        output.stderr(
          `The kernel refuses to this user: ${refused.join(", ")}. docs/deploy.md says what each needs.\n`,
        );
      }
    } else {
      output.stderr(
        "No MLX process runs here. 'mlx-headroom ps --explain PID' says why a process is not counted.\n",
      );
    }
    if (unseen !== undefined && !json) output.stderr(`${unseenSentences[unseen]}\n`);
    return verdict();
  },
};

function secondsBetween({ platform }: Host): number {
  return platform === "darwin" ? betweenLooksOnDarwin : betweenLooksSeconds;
}

/** Fields that this user may not read, of one process or more. */
function refusedFields(processes: readonly ProcessView[]): readonly string[] {
  const fields = processes.flatMap(({ unavailable }) =>
    unavailable.flatMap(({ field, reason }) => (reason === "forbidden" ? [field] : [])),
  );
  return [...new Set(fields)].sort();
}

async function explainTo(
  output: Output,
  host: Host,
  options: ExporterOptions,
  json: boolean,
  pid?: string,
): Promise<void> {
  const explanations = await explain(
    host,
    options.roots,
    options.rules,
    pid === undefined ? undefined : Number(pid),
    options,
  );
  if (pid !== undefined && explanations.length === 0)
    throw new UserError("no-such-process", { pid });
  if (json) output.stdout(`${JSON.stringify({ explanations }, undefined, 2)}\n`);
  else if (explanations.length === 0)
    output.stderr("No process comes near: no command line names an MLX program.\n");
  for (const one of json ? [] : explanations) {
    const { pid: shown, matched, workload, runtime, role, reason } = one;
    const verdict = matched
      ? `counted as ${workload ?? ""} (${runtime ?? ""}, ${role ?? ""})`
      : "not counted";
    const told = toldLine(one);
    output.stdout(`${shown}: ${verdict}: ${reason}\n${told === "" ? "" : `    ${told}\n`}`);
  }
}
