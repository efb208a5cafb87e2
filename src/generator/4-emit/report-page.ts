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
import { componentsOf, environmentOf, notesOf, phasesOf, rowsOf, runsOf } from "./profile-words.ts";
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

function scenarioOf(name: string, id: string, scenario: Scenario) {
  return {
    id,
    name,
    runs: runsOf(scenario),
    grade: scenario.grade ?? "",
    why: scenario.why ?? "",
    phases: phasesOf(scenario),
    rows: rowsOf(scenario).map(({ p50, p95, p99, ...row }) => ({
      ...row,
      quantiles: [p50, p95, p99].map(breakingBeforeBound),
    })),
    notes: notesOf(scenario),
  };
}

/** A narrow column has the upper bound below its quantile, and no unit apart from its number. */
function breakingBeforeBound(text: string): string {
  return text.replace(/ (?!\()/g, "\u00a0");
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
