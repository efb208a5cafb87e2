import { matches, valueOf } from "../../model/routed.ts";
import type { Inhibition } from "../../model/routing.ts";

type Labels = Readonly<Record<string, string>>;

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
