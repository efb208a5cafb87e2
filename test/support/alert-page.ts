import { metrics } from "../../src/catalog/metrics.ts";
import type { Alert } from "../../src/generator/3-compile/alert.ts";

/**
 * docs/alerts.md: its own head, and one section for each alert in their order. An alert that has no runbook yet keeps
 * the section that somebody wrote by hand.
 */
export function alertPage(page: string, alerts: readonly Alert[]): string {
  const [head = "", ...written] = page.split(/^(?=## )/m);
  const sections = alerts.flatMap(
    (alert) =>
      section(alert) ?? written.find((text) => text.startsWith(`## ${alert.name}\n`)) ?? [],
  );
  return [head, ...sections].map((text) => `${text.trim()}\n`).join("\n");
}

/** The same words as in the alert's file. */
function section({ name, why, needs = [], runbook }: Alert): string | undefined {
  if (runbook === undefined) return undefined;
  const { meaning, linux, macos, prevent } = runbook;
  const read = needs.map((key) => `\`${metrics[key].name}\``).join(", ");
  return [
    `## ${name}`,
    meaning,
    titled("Linux", linux),
    titled("macOS", macos),
    ...(prevent === undefined ? [] : [titled("So that it does not come back", prevent)]),
    ...(why === undefined ? [] : [titled("Why there is this alert", why)]),
    ...(read === "" ? [] : [titled("Needs", `${read}. What is absent raises no alert.`)]),
  ].join("\n\n");
}

/** A list needs a line of its own. */
function titled(title: string, text: string): string {
  return /^(?:- |1\. )/.test(text) ? `**${title}.**\n\n${text}` : `**${title}.** ${text}`;
}
