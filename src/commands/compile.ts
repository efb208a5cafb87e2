import { loadConfig } from "../config/load.ts";
import { make } from "../generator/generator.ts";
import type { Call, Command, Output } from "../model/command.ts";
import type { Host } from "../model/host.ts";
import { extras, layouts, ruleTargets } from "../model/plan.ts";
import { version } from "../model/version.ts";
import { defaultProfiles, readFound, readProfiles } from "./compile-files.ts";
import { deliver } from "./compile-deliver.ts";
import { modeOf, modeOptions } from "./compile-modes.ts";
import { prepareVerification, verifyOption } from "./compile-verify.ts";

/** Profiles in, everything that watches them out: rules, their tests, runbooks, routing, dashboards. */
export const compileCommand: Command = {
  name: "compile",
  summary:
    "Write alert rules, their tests, runbooks, routing and dashboards, from profiles or without any.",
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
    ...modeOptions,
    ...verifyOption,
    layout: {
      type: "string",
      value: "LAYOUT",
      choices: layouts,
      help: "tree: prometheus/, alertmanager/, grafana/ and runbooks/; pack: rules/ and grafana/.",
      default: "tree",
    },
    target: {
      type: "string",
      value: "TARGET",
      multiple: true,
      choices: ruleTargets,
      help: "Who evaluates the rules: prometheus; operator (kubernetes/, objects of the Prometheus operator); mimir (mimir/, also for thanos rule); vmalert (vmalert/). May be given several times.",
      default: "prometheus",
    },
    limits: {
      type: "boolean",
      help: "Write the limits of every workload that has a profile, too, for systemd, cgroups, Compose, Kubernetes, launchd, a shell, MLX and NVIDIA's MPS; see docs/limits.md.",
    },
    docs: {
      type: "boolean",
      help: "Write a document of every workload that has a profile, too: what is normal, which limits, why, how sure, and when to review.",
    },
    "webhook-url": {
      type: "string",
      value: "URL",
      help: "Where Alertmanager posts alerts for which the policy names no receiver. It is written to alertmanager.yml as given, so it may hold no secret.",
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
      line: "mlx-headroom compile --check --verify=require",
      says: "The same, and have promtool and amtool judge what it should be, tests and all.",
    },
    {
      line: "mlx-headroom compile --diff",
      says: "Before a new version, or a new profile, is put in place: show what it changes.",
    },
    {
      line: "mlx-headroom compile --webhook-url http://127.0.0.1:9000/alerts",
      says: "Have Alertmanager post every alert somewhere.",
    },
    {
      line: "mlx-headroom compile --limits",
      says: "Write the limits that the profiles justify, too: one file for each platform.",
    },
    {
      line: "mlx-headroom compile --docs",
      says: "Write down what the profiles say, too: one page of Markdown for each workload, to keep in version control.",
    },
    {
      line: "mlx-headroom compile --target operator",
      says: "Write PrometheusRule and PodMonitor objects for kubectl apply instead of files.",
    },
  ],
  run: runCompile,
};

async function runCompile({ options }: Call, host: Host, output: Output): Promise<number> {
  const mode = modeOf(options);
  const verification = await prepareVerification(options["verify"], host, output);
  const layout = layouts.find((name) => name === options["layout"]) ?? "tree";
  const targets = ruleTargets.filter((name) => [options["target"]].flat().includes(name));
  const asked = extras.filter((name) => options[name] === true);
  const format = options["format"] === "json" ? "json" : "text";
  const out = String(options["out"]);
  const webhookUrl = options["webhook-url"];
  const file = options["config.file"];
  const config = typeof file === "string" ? loadConfig(host.files, file) : undefined;
  const made = make(readProfiles(host.files, options["profiles"]), {
    version,
    layout,
    targets,
    limits: asked.includes("limits"),
    docs: asked.includes("docs"),
    ...(typeof webhookUrl === "string" && { webhookUrl }),
    ...(config?.policy && { policy: config.policy }),
    ...(config && {
      config: { path: String(file), workloads: config.workloads.map(({ name }) => name) },
    }),
  });
  const found = readFound(host.files, out, made.artifacts, layout, targets, asked);
  return deliver(mode, { made, found, verification }, { out, format }, host, output);
}
