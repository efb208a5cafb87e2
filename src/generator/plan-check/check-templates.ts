import type { AlertRule } from "../../model/plan.ts";
import { checkExpression } from "./check-expression.ts";
import type { Complain } from "./complain.ts";
import type { KnownSeries } from "./known-series.ts";
import { either, mayHave, noLabels } from "./value.ts";
import type { Labels, Value } from "./value.ts";

/**
 * What a rule says when it fires: every gap of its sentences is filled, every label that is named is there, and every
 * question that Prometheus is asked meanwhile can be answered. Otherwise the alert arrives with holes in it.
 */
export function checkTemplates(
  rule: AlertRule,
  series: Value,
  known: ReadonlyMap<string, KnownSeries>,
  complain: Complain,
): void {
  for (const [name, value] of Object.entries(rule.labels)) {
    if (value.includes("$value"))
      complain(`the label ${name} holds $value: with each new value a new alert begins`);
  }
  checkGaps(rule, complain);
  const own = new Set([
    "alertname",
    ...Object.keys(rule.labels),
    ...Object.keys(rule.lookedUp ?? {}),
  ]);
  for (const [name, text] of Object.entries(rule.fragments)) {
    const complainOfPart: Complain = (fault) => {
      complain(`in ${name}: ${fault}`);
    };
    for (const [, label = ""] of text.matchAll(/\$labels\.(\w+)/g)) {
      if (!own.has(label) && !mayHave(series.labels, label))
        complainOfPart(`$labels.${label}, a label that the alert does not have`);
    }
    checkQuestions(text, known, complainOfPart);
  }
}

/** A gap without a text, which is a hole; and a text without a gap, which is a sentence that somebody forgot. */
function checkGaps({ annotations, fragments }: AlertRule, complain: Complain): void {
  const sentences = Object.values(annotations).join(" ");
  const gaps = new Set([...sentences.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = ""]) => name));
  for (const name of gaps)
    if (fragments[name] === undefined) complain(`nothing fills the gap {{${name}}}`);
  for (const name of Object.keys(fragments))
    if (!gaps.has(name)) complain(`no sentence has the gap {{${name}}}`);
}

/** Expressions that Prometheus evaluates to render the alert, with its labels for each `%q`. */
function checkQuestions(
  text: string,
  known: ReadonlyMap<string, KnownSeries>,
  complain: Complain,
): void {
  const questions = [...text.matchAll(/printf `([^`]*)`([^|]*)\| query/g)];
  let answers: Labels = noLabels;
  for (const [, expression = "", labels = ""] of questions) {
    const wanted = expression.split("%q").length - 1;
    const given = labels.trim() === "" ? 0 : labels.trim().split(/\s+/).length;
    if (wanted !== given) complain(`a query has ${wanted} gaps and is given ${given} labels`);
    answers = either(
      answers,
      checkExpression(expression.replaceAll("%q", '"x"'), known, complain).labels,
    );
  }
  for (const [, label = "", dotted = ""] of text.matchAll(/\| label "(\w+)"|\.Labels\.(\w+)/g)) {
    const name = label || dotted;
    if (!mayHave(answers, name)) complain(`a query's answer has no label ${name}`);
  }
}
