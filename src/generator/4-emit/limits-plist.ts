import { xmlComment } from "../../model/generated-head.ts";
import type { LimitPlan } from "../../model/limit-plan.ts";
import { mebibytes, notEnforced, rowsOf, type LimitRow } from "./limit-rows.ts";

/** Keys of a launchd job, as a property list. What is held back is commented out, together with a map that has nothing else. */
export function emitLaunchd(head: readonly string[], limits: LimitPlan): string {
  const rows = rowsOf("launchd.plist", limits);
  const outers = [...new Set(rows.map(({ key }) => outerOf(key)))];
  const throttle = ["<key>ThrottleInterval</key>", "<integer>30</integer>"];
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    ...comment(head),
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    "<dict>",
    ...outers.flatMap((outer) =>
      map(
        outer,
        rows.filter(({ key }) => outerOf(key) === outer),
      ),
    ),
    ...comment(["Seconds between two starts: a job that is killed again and again takes no CPU."]),
    ...(limits.restarts ? throttle : comment(throttle)),
    ...notEnforced("launchd.plist", limits).flatMap((line) => comment([line])),
    ...(limits.wired.length === 0 ? [] : comment(limits.wired)),
    "</dict>",
    "</plist>",
  ];
  return `${lines.join("\n")}\n`;
}

function map(outer: string, rows: readonly LimitRow[]): readonly string[] {
  const all = (some: readonly string[]) => [`<key>${outer}</key>`, "<dict>", ...some, "</dict>"];
  const said = comment(rows.flatMap(({ comment: lines }) => lines));
  if (rows.every(({ setting }) => !setting.inForce))
    return [...said, ...comment(all(rows.flatMap(entry)))];
  const entries = rows.flatMap((row) => (row.setting.inForce ? entry(row) : comment(entry(row))));
  return [...said, ...all(entries)];
}

/** Limits of launchd are whole numbers, what MLX is told is text. */
function entry({ key, setting }: LimitRow): readonly string[] {
  const value = setting.name.startsWith("mlx")
    ? `<string>${mebibytes(setting.value, "MiB")}</string>`
    : `<integer>${setting.value}</integer>`;
  return [`<key>${key.slice(outerOf(key).length + 1)}</key>`, value];
}

function outerOf(key: string): string {
  return key.split(".")[0] ?? key;
}

function comment(lines: readonly string[]): readonly string[] {
  return ["<!--", ...lines.map(xmlComment), "-->"];
}
