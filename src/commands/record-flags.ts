import type { Option } from "../model/command.ts";
import { exporterFlags } from "./exporter-options.ts";

/** Flags of `record`. */
export const recordFlags = {
  scenario: {
    type: "string",
    value: "S",
    help: "What the workload does meanwhile: import, idle, average, peak or edge:NAME; see docs/baselines.md. Required.",
  },
  duration: {
    type: "string",
    value: "TIME",
    help: "How long, such as 90s or 10m; 10m by default, 30s for import. Ctrl-C ends it earlier, and well.",
  },
  interval: { type: "string", value: "TIME", default: "1s", help: "How far apart samples are." },
  out: {
    type: "string",
    value: "DIR",
    default: "recordings",
    help: "Folder of recordings; each gets a file of its own, and none is overwritten.",
  },
  pid: {
    type: "string",
    value: "PID",
    help: "Record this process and what comes from it, instead of what is called WORKLOAD here.",
  },
  python: {
    type: "string",
    value: "FILE",
    help: "The interpreter for the scenario import; that of the running workload by default, else python3.",
  },
  load: {
    type: "string",
    value: "KIND",
    choices: ["openai"],
    help: "openai: ask an OpenAI-compatible server for chat completions meanwhile.",
  },
  url: {
    type: "string",
    value: "URL",
    help: "Where to ask; by default the port of the recorded server on 127.0.0.1.",
  },
  concurrency: {
    type: "string",
    value: "N",
    default: "1",
    help: "Requests under way at a time.",
  },
  "prompt-tokens": { type: "string", value: "N", default: "512", help: "Length of each prompt." },
  "max-tokens": { type: "string", value: "N", default: "64", help: "Tokens asked for." },
  "distinct-prompts": {
    type: "string",
    value: "N",
    help: "How many different prompts are sent in turn; 4 by default, for peak twice --prompt-cache-size.",
  },
  "prompt-cache-size": {
    type: "string",
    value: "N",
    default: "10",
    help: "Prompts that the server keeps in its cache, as its own flag of that name says: memory grows until it is full.",
  },
  rate: {
    type: "string",
    value: "R",
    help: "Requests a second at the most, such as 0.5; by default as fast as they are answered.",
  },
  "request-timeout": {
    type: "string",
    value: "TIME",
    default: "10m",
    help: "How long an answer may take.",
  },
  "load-model": {
    type: "string",
    value: "NAME",
    help: "The model to ask for, where the server does not choose it itself.",
  },
  "load-token-file": {
    type: "string",
    value: "FILE",
    help: "Holds the API key that the server asks for.",
  },
  "load-command": {
    type: "string",
    value: "COMMAND",
    help: "Run this with sh instead of a built-in load; the recording ends when it does.",
  },
  "from-prometheus": {
    type: "string",
    value: "URL",
    help: "Make the recording from history: a Prometheus, Thanos, Mimir or VictoriaMetrics that scrapes the exporter.",
  },
  range: { type: "string", value: "TIME", default: "14d", help: "How far back." },
  step: { type: "string", value: "TIME", default: "1m", help: "How far apart its samples are." },
  "prometheus.instance": {
    type: "string",
    value: "NAME",
    help: "Whose series, where several exporters know the workload.",
  },
  "prometheus.bearer-token-file": {
    type: "string",
    value: "FILE",
    help: "Holds the token to show.",
  },
  "prometheus.basic-auth-file": {
    type: "string",
    value: "FILE",
    help: "Holds USER:PASSWORD to show.",
  },
  "prometheus.header": {
    type: "string",
    value: "NAME=VALUE",
    multiple: true,
    help: "Send this header, such as X-Scope-OrgID=tenant. May be given several times.",
  },
  ...exporterFlags,
} as const satisfies Record<string, Option>;
