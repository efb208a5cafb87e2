import type { Inhibition, Matcher, Routing } from "../../model/routing.ts";

type Labels = Readonly<Record<string, string>>;

/** Who is told of an alert with these labels: the first route that matches it, else the root. */
export function receiverOf(routing: Routing, labels: Labels): string {
  return (
    routing.routes.find((route) => matches(route.matchers, labels))?.receiver ?? routing.receiver
  );
}

/**
 * The firing alerts that keep each other from being notified, as Alertmanager finds them: for each alert, by position,
 * the positions of those that inhibit it. One that is inhibited itself inhibits others all the same.
 */
export function inhibitors(
  inhibitions: readonly Inhibition[],
  firing: readonly Labels[],
): readonly (readonly number[])[] {
  return firing.map((target) =>
    firing.flatMap((source, index) =>
      inhibitions.some((rule) => inhibits(rule, source, target)) ? [index] : [],
    ),
  );
}

function inhibits({ source, target, equal }: Inhibition, by: Labels, alert: Labels): boolean {
  if (!matches(target, alert) || !matches(source, by)) return false;
  // An alert that both sides match is inhibited by none of its like, itself included.
  if (matches(source, alert) && matches(target, by)) return false;
  return equal.every((label) => valueOf(by, label) === valueOf(alert, label));
}

function matches(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => holds(matcher, valueOf(labels, matcher.label)));
}

function holds({ operator, value }: Matcher, found: string): boolean {
  switch (operator) {
    case "=":
      return found === value;
    case "!=":
      return found !== value;
    case "=~":
      return new RegExp(`^(?:${value})$`, "su").test(found);
  }
}

/** To Alertmanager a label that is not there is an empty one. */
function valueOf(labels: Labels, name: string): string {
  return labels[name] ?? "";
}
