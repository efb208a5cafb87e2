import type { Integrations } from "./notify.ts";

/** A condition on one label. A label that an alert lacks is an empty one; patterns match the whole value. */
export interface Matcher {
  readonly label: string;
  readonly operator: "=" | "=~" | "!=";
  readonly value: string;
}

/** How Alertmanager hands alerts to people. Durations are seconds. */
export interface Routing {
  readonly about: string;
  /** Whoever hears of what no route below knows. */
  readonly receiver: string;
  readonly groupBy: readonly string[];
  readonly groupWaitSeconds: number;
  readonly groupIntervalSeconds: number;
  readonly repeatIntervalSeconds: number;
  /** The first that matches takes the alert. */
  readonly routes: readonly Route[];
  readonly inhibitions: readonly Inhibition[];
  readonly receivers: readonly Receiver[];
  /** Named stretches of the week, which routes are muted in. */
  readonly intervals: readonly TimeInterval[];
}

export interface Route {
  readonly matchers: readonly Matcher[];
  readonly receiver: string;
  readonly groupWaitSeconds?: number;
  readonly repeatIntervalSeconds?: number;
  /** Names of intervals in which it notifies nobody. */
  readonly muted?: readonly string[];
}

/** While an alert fires that `source` matches, those that `target` matches are not notified, if all of `equal` are. */
export interface Inhibition {
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  readonly equal: readonly string[];
  readonly why: string;
}

export interface Receiver {
  readonly name: string;
  readonly why: string;
  readonly integrations: Integrations;
}

/** Stretches that never pass midnight, in the time of a place. */
export interface TimeInterval {
  readonly name: string;
  readonly stretches: readonly {
    readonly weekdays: readonly string[];
    /** HH:MM; 24:00 is the end of the day. */
    readonly from: string;
    readonly to: string;
    readonly location: string;
  }[];
}
