import assert from "node:assert/strict";
import { parse } from "yaml";
import { emitAlertmanagerConfig } from "../../../src/generator/4-emit/alertmanager-config.ts";
import { yamlText } from "../../../src/generator/4-emit/yaml-text.ts";
import { routingFor } from "../../support/compiled-alerts.ts";
import { everyWay } from "../../support/notify.ts";

interface Emitted {
  readonly time_intervals?: readonly unknown[];
  readonly route: { readonly routes: readonly { readonly mute_time_intervals?: unknown }[] };
  readonly receivers: readonly Readonly<Record<string, unknown>>[];
}

function emitted(...notify: Parameters<typeof routingFor>): Emitted {
  // By way of YAML, which leaves comments out.
  const text = yamlText([], emitAlertmanagerConfig(routingFor(...notify), "templates/mlx.tmpl"));
  return parse(text) as Emitted;
}

describe("the configuration of Alertmanager", () => {
  it("spells every way to a receiver, and names secrets by their files alone", () => {
    const [page] = emitted(everyWay).receivers;
    assert.deepEqual(page, {
      name: "mlx-page",
      webhook_configs: [
        {
          url: "https://example.org/hook?team=ml",
          send_resolved: true,
          http_config: { authorization: { credentials_file: "/etc/alertmanager/webhook" } },
        },
      ],
      slack_configs: [
        {
          api_url_file: "/etc/alertmanager/slack",
          channel: "#mlx",
          send_resolved: true,
          title: '{{ template "mlx.slack.title" . }}',
          text: '{{ template "mlx.slack.text" . }}',
          fallback: '{{ template "mlx.slack.title" . }}',
        },
      ],
      pagerduty_configs: [
        {
          routing_key_file: "/etc/alertmanager/pagerduty",
          send_resolved: true,
          description: '{{ template "mlx.title" . }}',
          details: { alerts: '{{ template "mlx.text" . }}' },
        },
      ],
      email_configs: [
        {
          to: "ops@example.org",
          from: "mlx@example.org",
          smarthost: "mail.example.org:587",
          auth_username: "mlx",
          auth_password_file: "/etc/alertmanager/mail",
          send_resolved: true,
          headers: { Subject: '{{ template "mlx.title" . }}' },
          text: '{{ template "mlx.text" . }}',
          html: '{{ template "mlx.html" . }}',
        },
      ],
    });
  });

  it("leaves out what is not given", () => {
    const ticket = emitted(everyWay).receivers[1];
    assert.deepEqual(Object.keys(ticket ?? {}), ["name", "slack_configs", "email_configs"]);
    assert.doesNotMatch(JSON.stringify(ticket), /auth_|channel/);
  });

  it("tells of the end of every alert whose beginning it tells of", () => {
    const integrations = emitted(everyWay).receivers.flatMap((receiver) =>
      Object.values(receiver).flatMap((value) =>
        Array.isArray(value) ? (value as unknown[]) : [],
      ),
    );
    assert.ok(integrations.length >= 7);
    for (const each of integrations) {
      assert.equal((each as { send_resolved?: unknown }).send_resolved, true);
    }
  });

  it("has quiet hours where the policy has some, and else no key of theirs", () => {
    assert.deepEqual(emitted(everyWay).time_intervals, [
      {
        name: "mlx-quiet-hours",
        time_intervals: [
          {
            weekdays: ["monday"],
            times: [{ start_time: "22:00", end_time: "24:00" }],
            location: "Europe/Berlin",
          },
          {
            weekdays: ["tuesday"],
            times: [{ start_time: "00:00", end_time: "07:00" }],
            location: "Europe/Berlin",
          },
        ],
      },
    ]);
    assert.doesNotMatch(JSON.stringify(emitted()), /time_intervals/);
  });
});
