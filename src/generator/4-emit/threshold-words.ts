import { profileResources } from "../../catalog/profile-resources.ts";
import { amountInUnits } from "../../model/in-units.ts";
import type { Threshold } from "../../model/threshold.ts";
import { markdown, plain, table, type Markdown } from "./markdown.ts";

/** Every threshold on a line of its own, with where it is from. */
export function thresholdTable(thresholds: readonly Threshold[]): Markdown {
  return table(
    ["Rule", "Threshold", "From"],
    thresholds.map((threshold) => [
      plain(threshold.severity),
      spokenThreshold(threshold),
      plain(threshold.why),
    ]),
  );
}

/** `less than 15 % of memory left`. */
export function spokenThreshold({ resource = "", value, unit }: Threshold): Markdown {
  const of = titleOf(resource);
  switch (unit) {
    case "left":
      return markdown(`less than ${percent(value)} of ${of} left`);
    case "times":
      return markdown(`more than ${value} times the recorded ${of}`);
    case "seconds":
      return markdown(`older than ${Number((value / 86_400).toPrecision(4))} days`);
    case "bytes":
      return markdown(`${of} above ${amountInUnits(unit, Math.round(value))}`);
    case "cores":
      return markdown(`${of} above ${amountInUnits(unit, value)}`);
  }
}

function titleOf(resource: string): string {
  const row = (profileResources as Readonly<Record<string, { readonly title: string }>>)[resource];
  return row?.title ?? resource.replaceAll("_", " ");
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(4))} %`;
}
