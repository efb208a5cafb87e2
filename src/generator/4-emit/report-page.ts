import { createHash } from "node:crypto";
import Handlebars from "handlebars";
import {
  profileResource,
  profileResourceNames,
  type ProfileResource,
} from "../../catalog/profile-resources.ts";
import type { Baseline, ScenarioWorkings } from "../../model/baseline.ts";
import { amountShort } from "../../model/in-units.ts";
import type { Figures, Profile } from "../../model/profile.ts";
import type { Run } from "../../model/run.ts";
import { censoredText } from "./profile-explain.ts";
import { duration, farAway, highestOf, plotOf, type Level } from "./report-plot.ts";
import { reportStyle } from "./report-style.ts";
import { reportTemplate } from "./report-template.ts";

/** Values are escaped: what a workload, a model or a file is called was not decided here. */
const render = Handlebars.compile(reportTemplate, { strict: true });

/** Its own style and nothing else: no script, no picture, no request. */
const policy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(reportStyle).digest("base64")}'`;

type Scenario = Profile["figures"]["scenarios"][string];
type Workings = ScenarioWorkings<ProfileResource>;

/** One page that holds everything: figures, how sure they are, and plots of every recording. */
export function reportPage(baseline: Baseline<ProfileResource>, version: string): string {
  const { profile, scenarios } = baseline;
  return render({
    policy,
    version,
    style: reportStyle,
    workload: profile.workload,
    recorded: profile.recorded,
    grade: profile.grade,
    why: profile.why ?? "",
    environment: environmentOf(profile),
    scenarios: scenarios.flatMap(({ name }, index) => {
      const scenario = profile.figures.scenarios[name];
      return scenario === undefined ? [] : [scenarioOf(name, `scenario-${index + 1}`, scenario)];
    }),
    components: componentsOf(profile),
    recordings: scenarios.flatMap((scenario) =>
      scenario.runs.map((each) =>
        recordingOf(scenario, each, profile.figures.scenarios[scenario.name]),
      ),
    ),
  });
}

function environmentOf({ host = {}, versions = {}, runtime, model, mixed = {} }: Profile) {
  const size = (bytes: number | undefined) =>
    bytes === undefined ? undefined : amountShort("bytes", bytes);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["OS", [host.os, host.kernel].filter((text) => text !== undefined).join(", ")],
    [
      "CPU",
      [host.cpu, host.cpuCores === undefined ? undefined : `${host.cpuCores} cores`]
        .filter((text) => text !== undefined)
        .join(", "),
    ],
    ["Memory", size(host.memoryBytes)],
    ["GPU", host.gpus?.join(", ")],
    ["MLX", versions.mlx],
    ["mlx-lm", versions.mlxLm],
    ["Python", versions.python],
    ["Runtime", runtime],
    [
      "Model",
      model === undefined
        ? undefined
        : [model.name, size(model.bytes)].filter((text) => text !== undefined).join(", "),
    ],
    ...Object.entries(mixed).map(
      ([name, said]) => [`Recordings differ in ${name}`, said.join(" / ")] as const,
    ),
  ];
  return facts.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [{ name, value }],
  );
}

function scenarioOf(name: string, id: string, scenario: Scenario) {
  const rows = profileResourceNames.flatMap((resource) => {
    const figures = scenario.resources[resource];
    return figures === undefined ? [] : [rowOf(resource, figures)];
  });
  const notes = profileResourceNames.flatMap((resource) =>
    notesOf(resource, scenario.resources[resource]),
  );
  return {
    id,
    name,
    runs: `${scenario.runs} ${scenario.runs === 1 ? "run" : "runs"}`,
    grade: scenario.grade ?? "",
    why: scenario.why ?? "",
    phases: (["load", "warmup", "steady"] as const)
      .flatMap((phase) => {
        const { seconds, n } = scenario.phases?.[phase] ?? {};
        if (seconds === undefined || n === undefined) return [];
        const title = phase === "warmup" ? "warm-up" : phase;
        return [`${title} ${duration(seconds)} at the longest, ${n} samples`];
      })
      .join("; "),
    rows,
    notes,
  };
}

function rowOf(resource: ProfileResource, figures: Figures) {
  const { title, unit } = profileResource(resource);
  const short = (value: number | undefined) =>
    value === undefined ? "" : amountShort(unit, value);
  const withBound = (value: number | undefined, upper: number | undefined) =>
    value === undefined ? "" : `${short(value)} (${short(upper)})`;
  return {
    title,
    n: figures.n ?? 0,
    nEff: figures.nEff ?? "",
    min: short(figures.min),
    p50: withBound(figures.p50, figures.p50Upper),
    p95: withBound(figures.p95, figures.p95Upper),
    p99: withBound(figures.p99, figures.p99Upper),
    max: short(figures.max),
  };
}

function notesOf(resource: ProfileResource, figures: Figures | undefined): readonly string[] {
  if (figures === undefined) return [];
  const { title, unit } = profileResource(resource);
  const short = (value: number) => amountShort(unit, value);
  return [
    ...(figures.censored === undefined
      ? []
      : [`Cut off: ${title}: ${censoredText(figures.censored, short)}`]),
    ...(figures.kernelPeakOlder === true
      ? [
          `The kernel's mark of ${short(figures.kernelPeak ?? 0)} of ${title} was reached before the recording began`,
        ]
      : []),
  ];
}

const componentNames = {
  framework: "Framework",
  weights: "Weights",
  modelFiles: "Model files",
  underLoad: "Under load",
  cacheCap: "Cap of the prompt cache",
} as const;

function componentsOf({ components }: Profile) {
  if (components === undefined) return [];
  return Object.entries(componentNames).map(([key, name]) => {
    const component = components[key as keyof typeof componentNames];
    return component === undefined
      ? { name, value: "not known", from: "" }
      : { name, value: amountShort("bytes", component.bytes), from: component.from };
  });
}

function recordingOf(
  { name }: Workings,
  { run, phases }: Workings["runs"][number],
  scenario: Scenario | undefined,
) {
  const known = profileResourceNames.filter((resource) =>
    run.columns[resource].some((value) => !Number.isNaN(value)),
  );
  const changing = known.filter((resource) => changes(run.columns[resource]));
  return {
    scenario: name,
    file: run.name,
    about: aboutOf(run),
    plots: changing.map((resource) => {
      const { title, unit } = profileResource(resource);
      const short = (value: number) => amountShort(unit, value);
      const values = run.columns[resource];
      const levels = levelsOf(resource, run, scenario?.resources[resource]);
      return {
        title,
        caption: captionOf(values, levels, short),
        plot: plotOf(run.seconds, values, phases, levels, short),
      };
    }),
    flat: known
      .filter((resource) => !changing.includes(resource))
      .map((resource) => {
        const { title, unit } = profileResource(resource);
        return `${title} ${amountShort(unit, highestOf(run.columns[resource]))}`;
      })
      .join(", "),
  };
}

function changes(values: Float64Array): boolean {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.some((value) => value !== known[0]);
}

function aboutOf({ header, seconds, complete, load }: Run): string {
  const length = duration((seconds.at(-1) ?? 0) - (seconds[0] ?? 0));
  return [
    `${new Date(header.started * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`,
    `${length}, ${seconds.length} samples`,
    header.source === "prometheus" ? "from Prometheus" : "live",
    ...(load === undefined ? [] : [`${load.requests} requests, ${load.errors} of them failed`]),
    ...(complete ? [] : ["cut off before its end"]),
  ].join("; ");
}

function levelsOf(
  resource: ProfileResource,
  run: Run,
  figures: Figures | undefined,
): readonly Level[] {
  const { limitedAs, unit } = profileResource(resource);
  const limits = run.limits
    .filter((limit) => limit.resource === limitedAs)
    .map(({ limit, source, scope }) => ({
      value: limit,
      label: `limit ${amountShort(unit, limit)} (${source} ${scope})`,
      kind: "limit",
    }));
  const kernel =
    resource === "memory" && run.kernelPeak !== undefined
      ? [
          {
            value: run.kernelPeak.bytes,
            label: `kernel's mark ${amountShort(unit, run.kernelPeak.bytes)}`,
            kind: "kernel",
          },
        ]
      : [];
  const p95 =
    figures?.p95 === undefined ? [] : [{ value: figures.p95, label: "", kind: "quantile" }];
  return [...tightest(limits), ...kernel, ...p95];
}

/** Levels one over the other are no use: the lowest limit is drawn. */
function tightest(limits: readonly Level[]): readonly Level[] {
  return limits.toSorted((a, b) => a.value - b.value).slice(0, 1);
}

function captionOf(
  values: Float64Array,
  levels: readonly Level[],
  short: (value: number) => string,
): string {
  const highest = highestOf(values);
  const above = levels.filter(({ value }) => value > highest * farAway).map(({ label }) => label);
  return [`up to ${short(highest)}`, ...above.map((label) => `${label}, above the plot`)].join(
    "; ",
  );
}
