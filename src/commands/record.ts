import type { Call, Command } from "../model/command.ts";
import { workloadName } from "../model/document.ts";
import { scenarioName } from "../model/recording.ts";
import { UserError } from "../model/user-error.ts";
import { recordFlags } from "./record-flags.ts";
import { recordHistory } from "./record-history.ts";
import { recordLive } from "./record-live.ts";
import type { Subject } from "./record-subject.ts";

/** Keeps what a workload uses while it does something, as JSON Lines for `profile`. */
export const recordCommand: Command = {
  name: "record",
  summary: "Record what a workload uses in one scenario: the raw material of its baseline.",
  arguments: "WORKLOAD",
  maxArguments: 1,
  takesCommand: true,
  options: recordFlags,
  examples: [
    {
      line: "mlx-headroom record chat --scenario idle --duration 5m",
      says: "The running workload 'chat' while nobody asks it anything.",
    },
    {
      line: "mlx-headroom record chat --scenario peak --load openai --prompt-tokens 8000 --concurrency 4",
      says: "With as many long prompts as it takes to fill the server's prompt cache, and as many again.",
    },
    {
      line: "mlx-headroom record lora --scenario average -- mlx_lm.lora --train --model m --data d",
      says: "Start a job, record it and what it starts, until it ends.",
    },
    {
      line: "mlx-headroom record chat --scenario import",
      says: "What Python and MLX cost before there is a model.",
    },
    {
      line: "mlx-headroom record chat --scenario average --from-prometheus http://127.0.0.1:9090 --range 14d",
      says: "Two weeks of history instead of a recording made now.",
    },
  ],
  run(call, host, output) {
    return Promise.resolve().then(() => {
      const subject = subjectOf(call);
      return call.options["from-prometheus"] === undefined
        ? recordLive(subject, call, host, output)
        : recordHistory(subject, call, host, output);
    });
  },
};

function subjectOf({ positionals, options, command }: Call): Subject {
  const [workload] = positionals;
  const scenario = options["scenario"];
  if (workload === undefined) throw usage("The name of a workload is missing.");
  if (!workloadName.safeParse(workload).success)
    throw usage(
      `'${workload}' is no name of a workload: 1 to 63 letters, digits or _ . : - that start with a letter or digit.`,
    );
  if (typeof scenario !== "string")
    throw usage("--scenario is missing: import, idle, average, peak or edge:NAME.");
  if (!scenarioName.safeParse(scenario).success)
    throw usage(`--scenario takes import, idle, average, peak or edge:NAME, not '${scenario}'.`);
  if (command?.length === 0) throw usage("There is no command after --.");
  const rivals = [
    command !== undefined && "-- COMMAND",
    options["pid"] !== undefined && "--pid",
    options["from-prometheus"] !== undefined && "--from-prometheus",
    scenario === "import" && command === undefined && "--scenario import",
  ].filter((one) => one !== false);
  if (rivals.length > 1 && !(rivals.includes("--from-prometheus") && scenario === "import"))
    throw usage(`${rivals.join(" and ")} exclude each other.`);
  if (options["load"] !== undefined && options["load-command"] !== undefined)
    throw usage("--load and --load-command exclude each other.");
  return { workload, scenario };
}

function usage(detail: string): UserError {
  return new UserError("bad-usage", { command: "record", detail });
}
