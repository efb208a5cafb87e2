import { alertWindows } from "../../catalog/alerts.ts";
import type { AlertRule } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";
import { lookback } from "./promql-tree.ts";
import { windowOf, type WindowedAlert } from "./windows.ts";

/** Rules that look no further back than samples are kept; the others would be silent for ever. */
export function withinRetention(policy: Policy, rules: readonly AlertRule[]): readonly AlertRule[] {
  const { retentionSeconds = Infinity } = policy;
  return rules.filter(({ expr }) => lookback(expr) <= retentionSeconds);
}

/** Which alerts look back less than they would, or are left out, because samples are not kept. Sentences for people. */
export function retentionNotes(policy: Policy, rules: readonly AlertRule[]): readonly string[] {
  const { retentionSeconds } = policy;
  if (retentionSeconds === undefined) return [];
  const kept = withinRetention(policy, rules);
  const names = [...new Set(rules.map(({ alert }) => alert))];
  return names.flatMap((alert) => {
    if (!kept.some((rule) => rule.alert === alert))
      return [`${alert} is left out: it looks back further than samples are kept.`];
    if (!(alert in alertWindows)) return [];
    const name = alert as WindowedAlert;
    const window = windowOf(policy, name);
    const wanted = windowOf({ ...policy, retentionSeconds: Infinity }, name);
    if (window.seconds === wanted.seconds) return [];
    return [`${alert} looks back ${window.text} instead of ${wanted.text}: samples are not kept.`];
  });
}
