import { loadConfig } from "../config/load.ts";
import type { Command } from "../model/command.ts";
import type { Probe } from "../model/probe.ts";
import { UserError, type UserErrorCode } from "../model/user-error.ts";
import type { Globs } from "../model/glob.ts";
import type { WorkloadMatch, WorkloadRule } from "../model/workload-rule.ts";

/** What is wrong inside a file that could be read. */
const findings: readonly UserErrorCode[] = ["bad-yaml", "bad-document"];

/** Says what a config file means, or what is wrong with it. */
export const checkConfigCommand: Command = {
  name: "check-config",
  summary: "Check a config file and say what it means, without starting anything.",
  arguments: "[FILE]",
  maxArguments: 1,
  options: {
    "config.file": {
      type: "string",
      value: "FILE",
      help: "The file to check; it may also be given without the flag.",
    },
    format: {
      type: "string",
      value: "FORMAT",
      default: "text",
      choices: ["text", "json"],
      help: "text or json.",
    },
  },
  examples: [
    {
      line: "mlx-headroom check-config mlx-headroom.yaml",
      says: "One line a workload. Exit code 1 when the file is wrong, 2 when it cannot be read.",
    },
  ],
  run(call, host, output) {
    const flag = call.options["config.file"];
    const [positional] = call.positionals;
    const file = typeof flag === "string" ? flag : positional;
    if (file === undefined || (typeof flag === "string" && positional !== undefined)) {
      const detail = "It takes one file, as in 'mlx-headroom check-config mlx-headroom.yaml'.";
      throw new UserError("bad-usage", { command: "check-config", detail });
    }
    try {
      const named = positional === undefined ? "--config.file" : "'check-config FILE'";
      const config = loadConfig(host.files, file, named);
      if (call.options["format"] === "json") {
        output.stdout(`${JSON.stringify(config, undefined, 2)}\n`);
      } else {
        output.stdout(config.workloads.map((rule) => `${lineOf(rule)}\n`).join(""));
        if (config.workloads.length === 0)
          output.stderr(`${file} is good and names no workload.\n`);
      }
      return Promise.resolve(0);
    } catch (error) {
      if (!(error instanceof UserError) || !findings.includes(error.code)) throw error;
      output.stderr(`mlx-headroom: ${error.message}\n`);
      return Promise.resolve(1);
    }
  },
};

/** `chat: runtime mlx_lm.server, --port 8080; expected always`, and how it is probed. */
function lineOf({ name, match, expect, probe }: WorkloadRule): string {
  const { runtime, program, flags = {}, user, unit, environment = {}, container, pod } = match;
  const conditions = [
    ...Object.entries({ runtime, program }).map(([key, value]) => condition(key, " ", value)),
    ...Object.entries(flags).map(([key, value]) => condition(key, " ", value)),
    condition("user", " ", user),
    anyOf("unit", " ", unit),
    ...Object.entries(environment).map(([key, globs]) => anyOf(key, "=", globs)),
    ...housingOf("container", container),
    ...housingOf("pod", pod),
  ];
  return `${name}: ${conditions.filter((text) => text !== undefined).join(", ")}; expected ${expect}${probe === undefined ? "" : `; ${probeOf(probe)}`}`;
}

/** `probed every 60 s at http://127.0.0.1:8080, chat, given up after 30 s`. Prompts are nobody's business. */
function probeOf(probe: Probe): string {
  const { url, kind, model, intervalSeconds, timeoutSeconds, bearerTokenFile: file } = probe;
  return [
    `probed every ${intervalSeconds} s at ${shown(url)}`,
    kind,
    condition("model", " ", model),
    condition("token", " ", file),
    `given up after ${timeoutSeconds} s`,
  ]
    .filter((text) => text !== undefined)
    .join(", ");
}

/** A value of anything but plain characters is quoted, so that it is not mistaken for the words around it. */
function condition(key: string, joint: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  return `${shown(key)}${joint}${shown(value)}`;
}

/** `pod namespace ml or dev-*, pod label app=chat`. */
function housingOf(
  of: "container" | "pod",
  wanted: WorkloadMatch["container"] & WorkloadMatch["pod"] = {},
): readonly (string | undefined)[] {
  const { label = {}, ...names } = wanted;
  return [
    ...Object.entries(names).map(([key, globs]) => anyOf(`${of} ${key}`, " ", globs)),
    ...Object.entries(label).map(([key, globs]) => {
      const text = anyOf(key, "=", globs);
      return text === undefined ? undefined : `${of} label ${text}`;
    }),
  ];
}

function anyOf(key: string, joint: string, globs: Globs | undefined): string | undefined {
  if (globs === undefined) return undefined;
  const name = key.includes(" ") ? key : shown(key);
  return `${name}${joint}${globs.map(shown).join(" or ")}`;
}

function shown(text: string): string {
  return /^[\w./:@+*?-]+$/.test(text) ? text : JSON.stringify(text);
}
