import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { waitUntil } from "./wait-until.ts";

/** One alert of a notification that Alertmanager delivered. */
export interface Notification {
  readonly alertname: string;
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly receiver: string;
  /** performance.now() at delivery, for measuring how long it took. */
  readonly receivedAt: number;
}

/** A loopback receiver for Alertmanager's webhooks. */
export interface Webhook {
  readonly url: string;
  readonly notifications: readonly Notification[];
  /** The first notification that fits, arrived or yet to arrive; undefined when none does in time. */
  waitFor(
    fits: (notification: Notification) => boolean,
    timeoutSeconds: number,
  ): Promise<Notification | undefined>;
  close(): Promise<void>;
}

/** Starts the receiver; `onNotification` hears of each alert as it comes. */
export async function startWebhook(
  onNotification: (notification: Notification) => void = () => undefined,
): Promise<Webhook> {
  const notifications: Notification[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const parsed = parseNotifications(body, performance.now());
      response.writeHead(parsed === undefined ? 400 : 200).end();
      for (const notification of parsed ?? []) {
        notifications.push(notification);
        onNotification(notification);
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    notifications,
    waitFor: (fits, timeoutSeconds) =>
      waitUntil(() => notifications.find(fits), { timeoutSeconds }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** `{"receiver":"mlx","alerts":[{"status":"firing","labels":{"alertname":"MlxWatchdog"},"annotations":{}}]}` */
export function parseNotifications(
  body: string,
  receivedAt: number,
): readonly Notification[] | undefined {
  try {
    const message = JSON.parse(body) as {
      receiver: string;
      alerts: readonly {
        status: Notification["status"];
        labels: Record<string, string>;
        annotations: Record<string, string>;
      }[];
    };
    return message.alerts.map(({ status, labels, annotations }) => ({
      alertname: labels["alertname"] ?? "",
      status,
      labels,
      annotations,
      receiver: message.receiver,
      receivedAt,
    }));
  } catch {
    return undefined;
  }
}
