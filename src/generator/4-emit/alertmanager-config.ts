import type { Matcher, Route, Routing } from "../../model/routing.ts";
import { emitIntegrations } from "./alertmanager-receivers.ts";
import { duration } from "./duration.ts";
import { comment } from "./yaml-text.ts";

/** A configuration Alertmanager 0.25 and later start with; `templates` as seen from it. */
export function emitAlertmanagerConfig(routing: Routing, templates: string): unknown {
  return {
    templates: [templates],
    ...(routing.intervals.length > 0 && { time_intervals: emitIntervals(routing) }),
    route: {
      receiver: routing.receiver,
      group_by: routing.groupBy,
      group_wait: duration(routing.groupWaitSeconds),
      group_interval: duration(routing.groupIntervalSeconds),
      repeat_interval: duration(routing.repeatIntervalSeconds),
      routes: routing.routes.map(emitRoute),
    },
    inhibit_rules: routing.inhibitions.map(({ source, target, equal, why }) => ({
      [comment]: why,
      source_matchers: source.map(emitMatcher),
      target_matchers: target.map(emitMatcher),
      equal,
    })),
    receivers: routing.receivers.map(({ name, integrations, why }) => ({
      [comment]: why,
      name,
      ...emitIntegrations(integrations),
    })),
  };
}

function emitRoute(route: Route): unknown {
  return {
    matchers: route.matchers.map(emitMatcher),
    receiver: route.receiver,
    ...(route.groupWaitSeconds !== undefined && { group_wait: duration(route.groupWaitSeconds) }),
    ...(route.repeatIntervalSeconds !== undefined && {
      repeat_interval: duration(route.repeatIntervalSeconds),
    }),
    ...(route.muted !== undefined && { mute_time_intervals: route.muted }),
  };
}

function emitIntervals({ intervals }: Routing): unknown {
  return intervals.map(({ name, stretches }) => ({
    name,
    time_intervals: stretches.map(({ weekdays, from, to, location }) => ({
      weekdays,
      times: [{ start_time: from, end_time: to }],
      location,
    })),
  }));
}

/** Always with quotes, which the stricter parser of later versions asks for. */
function emitMatcher({ label, operator, value }: Matcher): string {
  return `${label}${operator}${JSON.stringify(value)}`;
}
