import { parser } from "@prometheus-io/lezer-promql";

/** Grafana's variables stand where PromQL wants a duration. */
const grafanaDurations = /\$__(?:rate_interval|interval|range)\b/g;

/** Takes an expression as written in the source, without its indentation, and refuses one that does not parse. */
export function promql(text: string): string {
  const expression = dedented(text);
  const parsable = expression.replaceAll(grafanaDurations, "5m");
  let broken: number | undefined;
  parser.parse(parsable).iterate({
    enter(node) {
      if (node.type.isError) broken ??= node.from;
    },
  });
  if (broken !== undefined || parsable === "") {
    throw new Error(`This expression is not PromQL at character ${broken ?? 0}:\n${expression}`);
  }
  return expression;
}

/**
 * An edit of an expression that has Grafana's variables in it: durations stand in for them meanwhile that nobody writes.
 */
export function withDurations(text: string, edit: (parsable: string) => string): string {
  const found: string[] = [];
  const parsable = text.replaceAll(grafanaDurations, (name) => {
    found.push(name);
    return `${rareMs + found.length}ms`;
  });
  return edit(parsable).replaceAll(/\b\d{10}ms\b/g, (duration) => {
    return found[Number.parseInt(duration, 10) - rareMs - 1] ?? duration;
  });
}

/** Ten digits, some hundred days and an odd bit. */
const rareMs = 8_869_990_000;

/** An expression of several lines as part of another: one step further in. */
export function nested(text: string): string {
  return dedented(text).replaceAll(/^(?=.)/gm, "  ");
}

/** A string literal of PromQL, which escapes as Go does. */
export function quoted(value: string): string {
  return JSON.stringify(value);
}

/** One series or selector, such as `up{job="mlx-headroom"}`. */
export function series(metric: string, labels: Readonly<Record<string, string>>): string {
  const matchers = Object.entries(labels).map(([name, value]) => `${name}=${quoted(value)}`);
  return `${metric}{${matchers.join(",")}}`;
}

/** Text as written in the source, without what all its lines are indented by. */
export function dedented(text: string): string {
  const lines = text.replace(/^\n+|\s+$/g, "").split("\n");
  const filled = lines.filter((line) => line.trim() !== "");
  const indent = Math.min(...filled.map((line) => line.length - line.trimStart().length));
  return lines.map((line) => line.slice(indent)).join("\n");
}
