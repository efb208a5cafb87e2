import { receivers } from "../../catalog/alerts.ts";
import type { AlertName } from "../../catalog/alerts.ts";
import { audiences } from "../../model/notify.ts";
import type { Audience, Integrations, Notify } from "../../model/notify.ts";
import type { Severity } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";
import type { Matcher, Receiver, Routing } from "../../model/routing.ts";
import { UserError } from "../../model/user-error.ts";
import { webhookProblem } from "../../model/webhook-url.ts";
import type { CompiledAlert } from "./alert.ts";
import { compileInhibitions } from "./inhibitions.ts";
import { besideHost } from "./policy-selection.ts";
import { compileQuietHours, ticketRepeatSeconds } from "./quiet-hours.ts";

const minute = 60;
const hour = 60 * minute;
/** No longer than most inhibiting alerts take to fire: by then the end of what they inhibit was told. */
const groupIntervalSeconds = minute;

/**
 * Who hears of what, how soon and how often; and which alert makes which other superfluous. Receivers for which the
 * policy names no way post to `webhookUrl`. What tells clusters apart must be the same in every inhibition: two of them may
 * each have a `studio-1`.
 */
export function compileRouting(
  compiled: readonly CompiledAlert[],
  { notify, ...policy }: Policy,
  webhookUrl?: string,
): Routing {
  const quietHours = notify?.quietHours ?? [];
  const intervals = compileQuietHours(quietHours);
  const told = receiversOf(webhookUrl, notify);
  return {
    about: aboutReceivers(told),
    // What no route below knows is still shown to somebody.
    receiver: receivers.ticket,
    groupBy: ["workload", "instance"],
    groupWaitSeconds: 30,
    groupIntervalSeconds,
    repeatIntervalSeconds: 12 * hour,
    routes: [
      {
        matchers: [{ label: "alertname", operator: "=", value: watchdog }],
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
      {
        matchers: [severity("warning")],
        receiver: receivers.ticket,
        ...(intervals.length > 0 && {
          repeatIntervalSeconds: ticketRepeatSeconds(quietHours),
          muted: intervals.map(({ name }) => name),
        }),
      },
      { matchers: [severity("info")], receiver: receivers.none },
    ],
    inhibitions: compileInhibitions(compiled, {
      evaluationSeconds: policy.intervalSeconds,
      groupIntervalSeconds,
    }).map((inhibition) => ({
      ...inhibition,
      equal: [...inhibition.equal, ...besideHost(policy)],
    })),
    receivers: told,
    intervals,
  };
}

const watchdog: AlertName = "MlxWatchdog";

const reasons: Readonly<Record<Audience, string>> = {
  page: "Somebody must act now: in your copy, webhook_configs, pagerduty_configs or another integration goes here.",
  ticket:
    "Somebody must look today: in your copy, email_configs, slack_configs or another integration goes here.",
  deadMan:
    "Notified all the time: the webhook of a service that raises the alarm when this stops arriving goes here.",
};

function receiversOf(
  webhookUrl: string | undefined,
  notify: Notify | undefined,
): readonly Receiver[] {
  if (webhookUrl !== undefined) requirePlain(webhookUrl);
  const usual = webhookUrl === undefined ? {} : { webhook: { url: webhookUrl } };
  return [
    ...audiences.map((audience) => ({
      name: receivers[audience],
      why: reasons[audience],
      integrations: notify?.receivers[audience] ?? usual,
    })),
    {
      name: receivers.none,
      why: "Shown in Alertmanager and sent to nobody: leave this one empty.",
      integrations: {},
    },
  ];
}

function aboutReceivers(told: readonly Receiver[]): string {
  const silent = told
    .filter(({ name, integrations }) => name !== receivers.none && sendsNothing(integrations))
    .map(({ name }) => name);
  if (silent.length === 0) return "Its receivers send what the policy or --webhook-url says.";
  const which =
    silent.length === audiences.length ? "Its receivers send" : `${silent.join(" and ")} send`;
  return `${which} nothing: copy it and add an integration to each, or name receivers in the policy, or give --webhook-url.`;
}

function sendsNothing(integrations: Integrations): boolean {
  return Object.values(integrations).every((integration) => integration === undefined);
}

function severity(value: Severity): Matcher {
  return { label: "severity", operator: "=", value };
}

/** The address is written as it is, into a file that many may read. */
function requirePlain(url: string): void {
  const problem = webhookProblem(url);
  if (problem === "not-http") throw new UserError("bad-webhook-url", { url });
  if (problem === "secret") throw new UserError("secret-webhook-url", {});
}
