import type { Artifact } from "../../model/artifact.ts";
import type { Plan } from "../../model/plan.ts";
import type {
  Hiding,
  RunbookException,
  RunbookPage,
  RunbookRule,
} from "../../model/runbook-page.ts";
import { duration } from "./duration.ts";
import type { Paths } from "./layout.ts";
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
import { runbookTemplate } from "./runbook-template.ts";
import { spokenThreshold, thresholdTable } from "./threshold-words.ts";

const render = pageOf(runbookTemplate);
const none = markdown("");

/** A page for every alert that can fire. */
export function emitRunbooks(plan: Plan, paths: Paths): readonly Artifact[] {
  return plan.runbooks.map((page) => {
    const path = paths.runbook(page.alert);
    return { path, text: render({ head: pageHead(plan, path), ...valuesOf(page) }) };
  });
}

function valuesOf(page: RunbookPage): Values {
  const { alert, thresholds, exceptions, hidden, hides, reads } = page;
  const silence = [
    ...hidden.map((hiding) => hiddenText(alert, hiding)),
    ...hides.flatMap((hiding) => hidesText(alert, hiding)),
  ];
  return {
    alert: markdown(alert),
    meaning: markdown(page.meaning),
    changed: page.changed,
    linux: markdown(page.linux),
    macos: markdown(page.macos),
    prevent: markdown(page.prevent ?? ""),
    wrong: wrongText(page),
    thresholds: thresholds.length === 0 ? none : thresholdTable(thresholds),
    rules: page.rules.map(ruleValues),
    exceptions: exceptions.length === 0 ? none : exceptionTable(exceptions),
    silence: list(silence),
    why: markdown(page.why),
    needs:
      reads.length === 0 ? none : markdown(`It reads ${reads.map(code).join(", ")}. ${absent}`),
  };
}

const absent = "What is absent raises no alert.";

function ruleValues({ rule, receiver, quiet, hold, lowered }: RunbookRule): Values {
  const { labels, lookedUp = {}, forSeconds, keepFiringForSeconds, annotations } = rule;
  const { severity, ...others } = labels;
  const classOf = hold === undefined ? "" : `, for workloads of the class ${hold}`;
  const text = Object.entries(annotations).map(([name, sentence]) => `${name}: ${sentence}`);
  return {
    title: plain(`${severity}${classOf}`),
    facts: list([
      markdown(
        forSeconds === undefined
          ? "Fires at once."
          : `Fires when this has held for ${duration(forSeconds)}.`,
      ),
      ...(keepFiringForSeconds === undefined
        ? []
        : [markdown(`Goes on for ${duration(keepFiringForSeconds)} afterwards.`)]),
      markdown(`Told to the receiver ${code(receiver)}${quiet ? ", not in quiet hours" : ""}.`),
      ...Object.entries(others)
        .filter(([name]) => name !== "hold")
        .map(([name, value]) => markdown(`Label ${code(name)}: ${plain(value)}`)),
      ...("severity" in lookedUp
        ? [markdown("Its severity is another for some workloads, as it is looked up.")]
        : []),
      ...(lowered
        ? [markdown("For a workload whose baseline is of grade C it is information.")]
        : []),
    ]),
    expression: fenced("promql", rule.expr),
    sentences: fenced("text", text.join("\n")),
  };
}

/** How it is silenced for a while, and for good. */
function wrongText({ alert, ofWorkload, rules }: RunbookPage): Markdown {
  if (rules.every(({ rule }) => rule.labels.severity === "none")) return none;
  const which = ofWorkload ? " workload=NAME" : "";
  const silence = `amtool --alertmanager.url=http://127.0.0.1:9093 silence add alertname=${alert}${which} --duration=2h --comment="why"`;
  const off = `alerts: { ${alert}: { enabled: false } }`;
  return markdown(
    [
      "For a while:",
      fenced("sh", silence),
      "For good, in the policy of the config file, and then `mlx-headroom compile`:",
      fenced(
        "yaml",
        ofWorkload ? `policy:\n  workloads:\n    NAME: { ${off} }` : `policy:\n  ${off}`,
      ),
      ofWorkload
        ? "A `severity` in place of `enabled` makes it milder. Under `policy.alerts` the same holds for all workloads, and there may be a `for`, too."
        : "A `severity` in place of `enabled` makes it milder, a `for` more patient.",
    ].join("\n\n"),
  );
}

function exceptionTable(exceptions: readonly RunbookException[]): Markdown {
  return table(
    ["Workload", "Rule", "Fires as", "Waits", "Threshold", "Owner"],
    exceptions.map(({ workload, rule, severity, forSeconds, thresholds, owner = "" }) => [
      code(workload),
      plain(rule),
      plain(severity),
      plain(forSeconds === undefined ? "" : duration(forSeconds)),
      markdown(thresholds.map(spokenThreshold).join(", ")),
      plain(owner),
    ]),
  );
}

function hiddenText(alert: string, { alerts, source, target, equal, why }: Hiding): Markdown {
  const others = alerts.filter((name) => name !== alert);
  const who = others.length === 0 ? "it" : others.map(linkTo).join(" or ");
  const as = source === undefined ? "" : ` as ${source}`;
  const what = target === undefined ? "" : ` as ${target}`;
  return markdown(
    `While ${who} fires${as}${sameOf(equal)}, it is not notified${what}. ${plain(why)}`,
  );
}

/** What it does to itself was said already. */
function hidesText(alert: string, { alerts, target, equal, why }: Hiding): readonly Markdown[] {
  const others = alerts.filter((name) => name !== alert);
  if (others.length === 0) return [];
  const as = target === undefined ? "" : ` as ${target}`;
  const who = others.map(linkTo).join(", ");
  return [
    markdown(`While it fires${sameOf(equal)}, these are not notified${as}: ${who}. ${plain(why)}`),
  ];
}

function sameOf(labels: readonly string[]): string {
  return labels.length === 0 ? "" : ` for the same ${labels.map(code).join(", ")}`;
}

function linkTo(alert: string): string {
  return `[${alert}](${alert}.md)`;
}
