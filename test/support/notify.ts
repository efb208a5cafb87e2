import type { Notify } from "../../src/model/notify.ts";

/** A policy that uses everything there is. */
export const everyWay: Notify = {
  receivers: {
    page: {
      webhook: {
        url: "https://example.org/hook?team=ml",
        credentialsFile: "/etc/alertmanager/webhook",
      },
      slack: { apiUrlFile: "/etc/alertmanager/slack", channel: "#mlx" },
      pagerDuty: { routingKeyFile: "/etc/alertmanager/pagerduty" },
      email: {
        to: "ops@example.org",
        from: "mlx@example.org",
        smarthost: "mail.example.org:587",
        username: "mlx",
        passwordFile: "/etc/alertmanager/mail",
      },
    },
    ticket: {
      slack: { apiUrlFile: "/etc/alertmanager/slack" },
      email: { to: "ops@example.org", from: "mlx@example.org", smarthost: "mail.example.org:587" },
    },
    deadMan: { webhook: { url: "https://example.org/alive" } },
  },
  quietHours: [{ days: ["monday"], from: "22:00", to: "07:00", location: "Europe/Berlin" }],
};
