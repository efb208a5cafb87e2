import { limitTitles } from "../../catalog/limit-titles.ts";
import type { Artifact } from "../../model/artifact.ts";
import { gradeTakes } from "../../model/baseline.ts";
import type { BaselineDocument } from "../../model/baseline-document.ts";
import { amountInUnits } from "../../model/in-units.ts";
import type { LimitSetting } from "../../model/limit-plan.ts";
import type { Constant, Plan } from "../../model/plan.ts";
import type { Profile } from "../../model/profile.ts";
import { documentTemplate } from "./document-template.ts";
import { duration } from "./duration.ts";
import { remakeWith } from "./head.ts";
import { relativePath, type Paths } from "./layout.ts";
import {
  code,
  fenced,
  list,
  markdown,
  pageHead,
  pageOf,
  plain,
  table,
  type Markdown,
  type Values,
} from "./markdown.ts";
import { componentsOf, environmentOf, notesOf, phasesOf, rowsOf, runsOf } from "./profile-words.ts";
import { spokenThreshold } from "./threshold-words.ts";

const render = pageOf(documentTemplate);
const none = markdown("");
const gradesText = `A takes ${gradeTakes.A.runs} runs and ${gradeTakes.A.nEff} independent samples in every scenario under load, B ${gradeTakes.B.runs} runs or ${gradeTakes.B.nEff}; C is less, or a peak that cannot be trusted.`;

/** A page for every workload with a profile, where they are asked for. */
export function emitDocuments(plan: Plan, paths: Paths): readonly Artifact[] {
  const runbooks = new Set(plan.runbooks.map(({ alert }) => alert));
  return plan.documents.map((document) => {
    const path = paths.document(document.slug);
    const link = (alert: string): Markdown =>
      runbooks.has(alert)
        ? markdown(`[${alert}](${relativePath(path, paths.runbook(alert))})`)
        : markdown(alert);
    const head = pageHead(plan, path);
    const values = { head, ...valuesOf(document, link), ...recordingValues(document, plan) };
    return { path, text: render(values) };
  });
}

function valuesOf(document: BaselineDocument, link: (alert: string) => Markdown): Values {
  const { profile, owner, limits, thresholds, off, review, raise, gaps } = document;
  const { workload, grade, recorded, labels = {} } = profile;
  const on = Object.entries(labels).map(([name, value]) => `${name} ${value}`);
  const whose = on.length === 0 ? workload : `${workload} on hosts of ${on.join(", ")}`;
  const why = profile.why === undefined ? "" : `: ${plain(profile.why)}`;
  return {
    title: plain(whose),
    summary: list([
      markdown(`Grade ${grade}.`),
      markdown(`Recorded ${recorded}.`),
      markdown(`To be reviewed by ${review.due}.`),
      ...(owner === undefined ? [] : [markdown(`Its owner is ${plain(owner)}.`)]),
    ]),
    facts: factTable(profile),
    scenarios: Object.entries(profile.figures.scenarios).map(scenarioValues),
    components: componentTable(profile),
    aboutLimits: list([
      ...limits.about.map(plain),
      markdown("`mlx-headroom compile --limits` spells them for each platform."),
    ]),
    limits: table(
      ["Limit", "Number", "In force", "How it came about"],
      limits.settings.map(limitRow),
    ),
    thresholds:
      thresholds.length === 0
        ? none
        : table(
            ["Alert", "Rule", "Threshold", "From"],
            thresholds.map((each) => [
              link(each.alert),
              plain(each.severity),
              spokenThreshold(each),
              plain(each.why),
            ]),
          ),
    alerts: alertTable(document, link),
    off: off.length === 0 ? none : markdown(`Switched off for it: ${off.map(link).join(", ")}.`),
    constants: table(["Series", "Value", "From"], document.constants.map(constantRow)),
    grade: list([
      markdown(`Grade ${grade}${why}.`),
      markdown(gradesText),
      ...Object.entries(profile.figures.scenarios).flatMap(([name, scenario]) =>
        scenario.grade === undefined
          ? []
          : [markdown(`${plain(name)}: grade ${scenario.grade}, ${plain(scenario.why ?? "")}.`)],
      ),
    ]),
    raise:
      raise.length === 0
        ? none
        : markdown(`What would make it surer:\n\n${list(raise.map(plain))}`),
    review: list([
      markdown(
        `By ${review.due}: then the newest recording, of ${recorded}, is as old as it may become (${plain(review.after.why)}).`,
      ),
      review.alerted
        ? markdown(`${link("MlxBaselineStale")} tells of it while the workload runs.`)
        : markdown("No alert tells of it: MlxBaselineStale is switched off for it."),
      markdown("Before that with another model, MLX, runtime, host, or flags of the server."),
    ]),
    gaps: gaps.length === 0 ? markdown("Nothing that is looked for.") : list(gaps.map(plain)),
  };
}

function factTable(profile: Profile): Markdown {
  const { workload, labels = {} } = profile;
  const facts = [
    { name: "Workload", value: workload },
    ...Object.entries(labels).map(([name, value]) => ({ name, value })),
    ...environmentOf(profile),
  ];
  return table(
    ["Fact", "Value"],
    facts.map(({ name, value }) => [plain(name), plain(value)]),
  );
}

function scenarioValues([name, scenario]: [
  string,
  Profile["figures"]["scenarios"][string],
]): Values {
  const { n, nEff, load } = scenario;
  const counted = nEff === undefined ? "" : `, worth ${nEff} independent ones`;
  const phases = phasesOf(scenario);
  return {
    name: plain(name),
    about: list([
      markdown(`${runsOf(scenario)}, ${n} samples${counted}.`),
      ...(phases === "" ? [] : [plain(`${phases}.`)]),
      ...(load === undefined ? [] : [plain(spokenLoad(load))]),
    ]),
    figures: table(
      ["Resource", "n", "n_eff", "min", "p50", "p95", "p99", "max"],
      rowsOf(scenario).map((row) =>
        [row.title, row.n, row.nEff, row.min, row.p50, row.p95, row.p99, row.max].map((cell) =>
          plain(String(cell)),
        ),
      ),
    ),
    notes: list(notesOf(scenario).map((note) => plain(`${note}.`))),
  };
}

function spokenLoad({
  requests,
  errors,
  distinctPrompts,
}: NonNullable<Profile["figures"]["scenarios"][string]["load"]>): string {
  const prompts = distinctPrompts === undefined ? "" : `, of ${distinctPrompts} different prompts`;
  return `${requests} requests${prompts}, ${errors} of them failed.`;
}

function componentTable(profile: Profile): Markdown {
  const components = componentsOf(profile);
  if (components.length === 0) return none;
  return table(
    ["Part", "Size", "From"],
    components.map(({ name, value, from }) => [plain(name), plain(value), plain(from)]),
  );
}

function limitRow({ name, value, inForce, why }: LimitSetting): readonly Markdown[] {
  return [
    plain(limitTitles[name]),
    plain(limitAmount(name, value)),
    plain(inForce ? "yes" : "no"),
    plain(why),
  ];
}

function limitAmount(name: LimitSetting["name"], value: number): string {
  if (name.startsWith("cpu")) return amountInUnits("cores", value);
  return amountInUnits(name === "tasks_max" || name === "files_max" ? "count" : "bytes", value);
}

function alertTable({ alerts }: BaselineDocument, link: (alert: string) => Markdown): Markdown {
  return table(
    ["Alert", "Severity", "Waits", "Told", "Owner"],
    alerts.map(({ alert, severity, forSeconds, receiver, quiet, owner }) => [
      link(alert),
      plain(severity),
      plain(duration(forSeconds)),
      markdown(`${code(receiver)}${quiet ? ", not in quiet hours" : ""}`),
      plain(owner),
    ]),
  );
}

function constantRow({ record, labels, value, why }: Constant): readonly Markdown[] {
  const matchers = Object.entries(labels)
    .filter(([name]) => name !== "workload")
    .map(([name, of]) => `${name}=${JSON.stringify(of)}`);
  return [
    code(`${record}${matchers.length === 0 ? "" : `{${matchers.join(",")}}`}`),
    plain(String(value)),
    plain(why),
  ];
}

function recordingValues({ profile, commands }: BaselineDocument, plan: Plan): Values {
  const { recordings = [] } = profile;
  return {
    recordings:
      recordings.length === 0
        ? none
        : table(
            ["Recording", "Scenario", "Started", "From", "Seconds", "Samples", "Whole"],
            recordings.map((each) => [
              code(each.file),
              plain(each.scenario),
              plain(each.started),
              plain(each.source ?? "live"),
              plain(String(each.seconds)),
              plain(String(each.samples)),
              plain(each.complete ? "yes" : "no"),
            ]),
          ),
    commands: fenced("sh", [...commands, remakeWith(plan)].join("\n")),
  };
}
