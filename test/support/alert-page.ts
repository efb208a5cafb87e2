import { metrics } from "../../src/catalog/metrics.ts";
import type { Alert } from "../../src/generator/3-compile/alert.ts";

/** docs/alerts.md: its own head, written by hand, and one section for each alert in their order. */
export function alertPage(page: string, alerts: readonly Alert[]): string {
  const [head = ""] = page.split(/^(?=## )/m);
  return [head, ...alerts.map(section)].map((text) => `${text.trim()}\n`).join("\n");
}

/** The same words as in the alert's file. */
function section({ name, why, needs, runbook }: Alert): string {
  const { meaning, linux, macos, prevent } = runbook;
  const read = needs.map((key) => `\`${metrics[key].name}\``).join(", ");
  return [
    `## ${name}`,
    meaning,
    titled("Linux", linux),
    titled("macOS", macos),
    ...(prevent === undefined ? [] : [titled("So that it does not come back", prevent)]),
    titled("Why there is this alert", why),
    ...(read === "" ? [] : [titled("Needs", `${read}. What is absent raises no alert.`)]),
  ].join("\n\n");
}

/** A list needs a line of its own. */
function titled(title: string, text: string): string {
  return /^(?:- |1\. )/.test(text) ? `**${title}.**\n\n${text}` : `**${title}.** ${text}`;
}
