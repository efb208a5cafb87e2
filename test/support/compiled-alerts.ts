import { compile } from "../../src/generator/3-compile/compile.ts";
import type { Notify } from "../../src/model/notify.ts";
import { defaultPolicy } from "../../src/model/policy.ts";
import type { AlertRule } from "../../src/model/plan.ts";
import type { Routing } from "../../src/model/routing.ts";
import { alerts } from "../../src/generator/3-compile/alerts.ts";

type Labels = Readonly<Record<string, string>>;

export const plan = compile([], { version: "0", layout: "tree" });

/** Every alert with the rules it is compiled to. */
export const compiledAlerts = alerts.map((alert) => ({
  alert,
  rules: plan.alerts.flatMap(({ rules }) => rules).filter((rule) => rule.alert === alert.name),
}));

/** The routing for this policy. */
export function routingFor(notify?: Notify): Routing {
  return compile([], {
    version: "0",
    layout: "tree",
    ...(notify && { policy: { ...defaultPolicy, notify } }),
  }).routing;
}

/** One alert of each rule, all about one thing: labels of the same name have the same value. */
export const oneOfEach: readonly Labels[] = compiledAlerts.flatMap(({ alert, rules }) =>
  rules.map(({ labels }: AlertRule) => ({
    ...Object.fromEntries(alert.carries.map((name) => [name, `the-${name}`])),
    // Some name no host: those have a test of their own.
    ...(alert.name === "MlxExporterDown" && { instance: "the-instance" }),
    ...labels,
    alertname: alert.name,
  })),
);

/** `MlxHeadroomLow critical`, as goldens and titles name one. */
export function nameOf(labels: Labels): string {
  return `${labels["alertname"] ?? ""} ${labels["severity"] ?? ""}`;
}
