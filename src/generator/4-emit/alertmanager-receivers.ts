import type { Integrations } from "../../model/notify.ts";
import { messages } from "./alertmanager-templates.ts";

/**
 * The ways to one receiver, in the keys of Alertmanager 0.25. That an alert is over is told everywhere. Secrets are
 * files: 0.25 has no `url_file` for a webhook, so its address stands as it is.
 */
export function emitIntegrations({
  webhook,
  slack,
  pagerDuty,
  email,
}: Integrations): Readonly<Record<string, unknown>> {
  return {
    ...(webhook && { webhook_configs: [emitWebhook(webhook)] }),
    ...(slack && { slack_configs: [emitSlack(slack)] }),
    ...(pagerDuty && { pagerduty_configs: [emitPagerDuty(pagerDuty)] }),
    ...(email && { email_configs: [emitEmail(email)] }),
  };
}

const resolved = { send_resolved: true };

function emitWebhook({ url, credentialsFile }: NonNullable<Integrations["webhook"]>): unknown {
  return {
    url,
    ...resolved,
    ...(credentialsFile !== undefined && {
      http_config: { authorization: { credentials_file: credentialsFile } },
    }),
  };
}

function emitSlack({ apiUrlFile, channel }: NonNullable<Integrations["slack"]>): unknown {
  return {
    api_url_file: apiUrlFile,
    ...(channel !== undefined && { channel }),
    ...resolved,
    title: use(messages.slackTitle),
    text: use(messages.slackText),
    fallback: use(messages.slackTitle),
  };
}

function emitPagerDuty({ routingKeyFile }: NonNullable<Integrations["pagerDuty"]>): unknown {
  return {
    routing_key_file: routingKeyFile,
    ...resolved,
    description: use(messages.title),
    details: { alerts: use(messages.text) },
  };
}

function emitEmail(email: NonNullable<Integrations["email"]>): unknown {
  return {
    to: email.to,
    from: email.from,
    smarthost: email.smarthost,
    ...(email.username !== undefined && { auth_username: email.username }),
    ...(email.passwordFile !== undefined && { auth_password_file: email.passwordFile }),
    ...resolved,
    headers: { Subject: use(messages.title) },
    text: use(messages.text),
    html: use(messages.html),
  };
}

function use(template: string): string {
  return `{{ template "${template}" . }}`;
}
