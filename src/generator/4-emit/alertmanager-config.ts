import type { Matcher, Routing } from "../../model/plan.ts";
import { duration } from "./duration.ts";
import { comment } from "./yaml-text.ts";

/** A configuration Alertmanager 0.25 and later start with. */
export function emitAlertmanagerConfig(routing: Routing): unknown {
  return {
    route: {
      receiver: routing.receiver,
      group_by: routing.groupBy,
      group_wait: duration(routing.groupWaitSeconds),
      group_interval: duration(routing.groupIntervalSeconds),
      repeat_interval: duration(routing.repeatIntervalSeconds),
      routes: routing.routes.map((route) => ({
        matchers: route.matchers.map(emitMatcher),
        receiver: route.receiver,
        ...(route.groupWaitSeconds !== undefined && {
          group_wait: duration(route.groupWaitSeconds),
        }),
        ...(route.repeatIntervalSeconds !== undefined && {
          repeat_interval: duration(route.repeatIntervalSeconds),
        }),
      })),
    },
    inhibit_rules: routing.inhibitions.map(({ source, target, equal, why }) => ({
      [comment]: why,
      source_matchers: source.map(emitMatcher),
      target_matchers: target.map(emitMatcher),
      equal,
    })),
    receivers: routing.receivers.map(({ name, webhookUrl, why }) => ({
      [comment]: why,
      name,
      ...(webhookUrl !== undefined && {
        webhook_configs: [{ url: webhookUrl, send_resolved: true }],
      }),
    })),
  };
}

/** Always with quotes, which the stricter parser of later versions asks for. */
function emitMatcher({ label, operator, value }: Matcher): string {
  return `${label}${operator}${JSON.stringify(value)}`;
}
