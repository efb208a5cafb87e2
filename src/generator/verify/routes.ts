import type { AlertGroup, Matcher, Routing } from "../../model/plan.ts";
import type { Route } from "./verifiable.ts";

/** For each alert that can fire, who must hear of it: what amtool is to say of the file, told from what was decided. */
export function routesOf(alerts: readonly AlertGroup[], routing: Routing): readonly Route[] {
  return alerts
    .flatMap(({ rules }) => rules)
    .map(({ alert, labels }) => {
      // Routes may go by what series bring along; a workload is what most do.
      const all = { alertname: alert, ...labels, workload: "chat" };
      return { labels: all, receiver: receiverOf(routing, all) };
    });
}

/** The first route whose matchers all hold, else the receiver of what no route knows. */
function receiverOf(routing: Routing, labels: Route["labels"]): string {
  const route = routing.routes.find(({ matchers }) =>
    matchers.every((matcher) => holds(matcher, labels[matcher.label] ?? "")),
  );
  return route?.receiver ?? routing.receiver;
}

function holds({ operator, value }: Matcher, given: string): boolean {
  switch (operator) {
    case "=":
      return given === value;
    case "!=":
      return given !== value;
    case "=~":
      return new RegExp(`^(?:${value})$`).test(given);
  }
}
