import { loadConfig } from "../config/load.ts";
import { advice, generate, review } from "../generator/generator.ts";
import type { CompileOptions } from "../generator/generator.ts";
import type { Call, Command, Output } from "../model/command.ts";
import type { Host } from "../model/host.ts";
import { layouts } from "../model/plan.ts";
import { version } from "../model/version.ts";
import { defaultProfiles, readFound, readProfiles } from "./compile-files.ts";
import { reportAdvice, reportCheck, reportWritten } from "./compile-report.ts";

/** Profiles in, everything that watches them out: rules, their tests, routing, dashboard. */
export const compileCommand: Command = {
  name: "compile",
  summary:
    "Write alert rules, their tests, routing and the dashboard, from profiles or without any.",
  options: {
    "config.file": {
      type: "string",
      value: "FILE",
      help: "The config file that serve reads: compile takes its policy; see docs/policy.md.",
    },
    profiles: {
      type: "string",
      value: "DIR",
      help: `Folder of baseline profiles (*.yaml, *.yml); ${defaultProfiles} when it exists, else none.`,
    },
    out: { type: "string", value: "DIR", help: "Folder to write to.", default: "monitoring" },
    check: {
      type: "boolean",
      help: "Write nothing; exit 1 and list the files that differ, are missing or are left over.",
    },
    layout: {
      type: "string",
      value: "LAYOUT",
      choices: layouts,
      help: "tree: prometheus/, alertmanager/ and grafana/; pack: rules/ and grafana/.",
      default: "tree",
    },
    "webhook-url": {
      type: "string",
      value: "URL",
      help: "Where Alertmanager posts alerts. It is written to alertmanager.yml as given.",
    },
    format: {
      type: "string",
      value: "FORMAT",
      choices: ["text", "json"],
      help: "text or json: how files are listed.",
      default: "text",
    },
  },
  examples: [
    {
      line: "mlx-headroom compile",
      says: "Write the default rules to monitoring/: useful without any profile.",
    },
    {
      line: "mlx-headroom compile --profiles profiles --out monitoring",
      says: "Judge each workload by the profile that was recorded of it.",
    },
    {
      line: "mlx-headroom compile --config.file mlx-headroom.yaml",
      says: "With a policy: other thresholds, severities, owners. 1 when a recorded peak does not fit under its limit.",
    },
    {
      line: "mlx-headroom compile --check",
      says: "In CI: fail when somebody edited a generated file, or forgot to remake it.",
    },
    {
      line: "mlx-headroom compile --webhook-url http://127.0.0.1:9000/alerts",
      says: "Have Alertmanager post every alert somewhere.",
    },
  ],
  // Not an async function without an await: what it throws still becomes a rejection.
  run: (call, host, output) => Promise.resolve().then(() => runCompile(call, host, output)),
};

function runCompile({ options }: Call, host: Host, output: Output): number {
  const layout = layouts.find((name) => name === options["layout"]) ?? "tree";
  const format = options["format"] === "json" ? "json" : "text";
  const out = String(options["out"]);
  const webhookUrl = options["webhook-url"];
  const file = options["config.file"];
  const config = typeof file === "string" ? loadConfig(host.files, file) : undefined;
  const profiles = readProfiles(host.files, options["profiles"]);
  const compiling: CompileOptions = {
    version,
    layout,
    ...(typeof webhookUrl === "string" && { webhookUrl }),
    ...(config?.policy && { policy: config.policy }),
    ...(config && {
      config: { path: String(file), workloads: config.workloads.map(({ name }) => name) },
    }),
  };
  const artifacts = generate(profiles, compiling);
  const states = review(artifacts, readFound(host.files, out, artifacts, layout));

  const advised = reportAdvice(advice(profiles, compiling), output);
  if (options["check"] === true) return Math.max(advised, reportCheck(states, format, output));
  host.writer.writeAll(out, artifacts);
  return Math.max(advised, reportWritten(states, out, format, output));
}
