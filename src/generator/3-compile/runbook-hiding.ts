import type { Inhibition, Matcher } from "../../model/routing.ts";
import type { Hiding } from "../../model/runbook-page.ts";

/** Which alerts keep this one from being notified. Those that cannot fire do not. */
export function hiddenBy(
  alert: string,
  inhibitions: readonly Inhibition[],
  firing: readonly string[],
): readonly Hiding[] {
  return inhibitions
    .filter(({ target }) => alertsOf(target).includes(alert))
    .flatMap((inhibition) => hidingOf(alert, inhibition, inhibition.source, firing));
}

/** Which alerts this one keeps from being notified. */
export function hiddenWith(
  alert: string,
  inhibitions: readonly Inhibition[],
  firing: readonly string[],
): readonly Hiding[] {
  return inhibitions
    .filter(({ source }) => alertsOf(source).includes(alert))
    .flatMap((inhibition) => hidingOf(alert, inhibition, inhibition.target, firing));
}

function hidingOf(
  alert: string,
  { source, target, equal, why }: Inhibition,
  side: readonly Matcher[],
  firing: readonly string[],
): readonly Hiding[] {
  // Where the name must be the same, the other side is this alert itself.
  const others = equal.includes("alertname") ? [alert] : alertsOf(side);
  const alerts = others.filter((name) => firing.includes(name));
  if (alerts.length === 0) return [];
  const [by, hidden] = [severityOf(source), severityOf(target)];
  return [
    {
      alerts,
      ...(by !== undefined && { source: by }),
      ...(hidden !== undefined && { target: hidden }),
      equal: equal.filter((name) => name !== "alertname"),
      why,
    },
  ];
}

function alertsOf(matchers: readonly Matcher[]): readonly string[] {
  return valueOf(matchers, "alertname")?.split("|") ?? [];
}

function severityOf(matchers: readonly Matcher[]): string | undefined {
  return valueOf(matchers, "severity");
}

function valueOf(matchers: readonly Matcher[], wanted: string): string | undefined {
  return matchers.find(({ label }) => label === wanted)?.value;
}
