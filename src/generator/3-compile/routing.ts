import { receivers } from "../../catalog/alerts.ts";
import type { AlertName } from "../../catalog/alerts.ts";
import type { Matcher, Routing, Severity } from "../../model/plan.ts";
import { UserError } from "../../model/user-error.ts";

const minute = 60;
const hour = 60 * minute;

/** Who hears of what, how soon and how often; and which alert makes which other superfluous. */
export function compileRouting(webhookUrl: string | undefined): Routing {
  if (webhookUrl !== undefined) requireHttp(webhookUrl);
  const webhook = webhookUrl === undefined ? {} : { webhookUrl };
  return {
    about:
      webhookUrl === undefined
        ? "Its receivers send nothing: copy it and add an integration to each, or give --webhook-url."
        : "Its receivers post to the address given with --webhook-url.",
    // What no route below knows is still shown to somebody.
    receiver: receivers.ticket,
    groupBy: ["workload", "instance"],
    groupWaitSeconds: 30,
    groupIntervalSeconds: 5 * minute,
    repeatIntervalSeconds: 12 * hour,
    routes: [
      {
        matchers: [named("MlxWatchdog")],
        receiver: receivers.deadMan,
        groupWaitSeconds: 10,
        repeatIntervalSeconds: 5 * minute,
      },
      {
        matchers: [severity("critical")],
        receiver: receivers.page,
        groupWaitSeconds: 10,
        repeatIntervalSeconds: 4 * hour,
      },
      { matchers: [severity("warning")], receiver: receivers.ticket },
      { matchers: [severity("info")], receiver: receivers.none },
    ],
    // Only labels that both sides always carry: a label missing on both would count as equal.
    inhibitions: [
      {
        source: [named("MlxOomKilled")],
        target: [named("MlxWorkloadDown")],
        equal: ["workload", "instance"],
        why: "A workload whose process was killed is down because of it.",
      },
      {
        source: [ours, severity("critical")],
        target: [ours, severity("warning")],
        equal: ["alertname", "workload", "resource", "instance"],
        why: "The critical alert says all that the warning says.",
      },
      {
        source: [named("MlxExporterDown")],
        target: [named("MlxWorkloadDown")],
        equal: ["instance"],
        why: "Without its exporter nothing is known about the workloads of a host.",
      },
    ],
    receivers: [
      {
        name: receivers.page,
        ...webhook,
        why: "Somebody must act now: in your copy, webhook_configs, pagerduty_configs or another integration goes here.",
      },
      {
        name: receivers.ticket,
        ...webhook,
        why: "Somebody must look today: in your copy, email_configs, slack_configs or another integration goes here.",
      },
      {
        name: receivers.deadMan,
        ...webhook,
        why: "Notified all the time: the webhook of a service that raises the alarm when this stops arriving goes here.",
      },
      {
        name: receivers.none,
        why: "Shown in Alertmanager and sent to nobody: leave this one empty.",
      },
    ],
  };
}

const ours: Matcher = { label: "alertname", operator: "=~", value: "Mlx.+" };

function named(name: AlertName): Matcher {
  return { label: "alertname", operator: "=", value: name };
}

function severity(value: Severity): Matcher {
  return { label: "severity", operator: "=", value };
}

function requireHttp(url: string): void {
  if (!URL.canParse(url) || !["http:", "https:"].includes(new URL(url).protocol)) {
    throw new UserError("bad-webhook-url", { url });
  }
}
