import type { Matcher, Route, Routing } from "./routing.ts";

type Labels = Readonly<Record<string, string>>;

/** Who is told of an alert with these labels: the first route that matches it, else the root. */
export function receiverOf(routing: Routing, labels: Labels): string {
  return routeOf(routing, labels)?.receiver ?? routing.receiver;
}

/** The first route that matches; none where the root takes the alert. */
export function routeOf({ routes }: Routing, labels: Labels): Route | undefined {
  return routes.find((route) => matches(route.matchers, labels));
}

/** Whether all conditions hold of these labels. */
export function matches(matchers: readonly Matcher[], labels: Labels): boolean {
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
export function valueOf(labels: Labels, name: string): string {
  return labels[name] ?? "";
}
