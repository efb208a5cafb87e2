import assert from "node:assert/strict";
import { startWebhook } from "../../lab/webhook.ts";

describe("the webhook receiver", () => {
  it("records each alert of a notification and finds the one that is waited for", async () => {
    const heard: string[] = [];
    const webhook = await startWebhook(({ alertname }) => heard.push(alertname));
    try {
      const alert = (alertname: string) => ({
        status: "firing",
        labels: { alertname, severity: "critical" },
        annotations: { summary: "s" },
      });
      const post = (body: string) => fetch(webhook.url, { method: "POST", body });
      const waiting = webhook.waitFor(({ alertname }) => alertname === "MlxOomKilled", 5);
      const alerts = [alert("MlxWatchdog"), alert("MlxOomKilled")];
      assert.equal((await post(JSON.stringify({ receiver: "mlx-page", alerts }))).status, 200);
      assert.deepEqual(heard, ["MlxWatchdog", "MlxOomKilled"]);
      const found = await waiting;
      assert.equal(found?.receiver, "mlx-page");
      assert.equal(found.labels["severity"], "critical");
      assert.equal((await post("not JSON")).status, 400);
      assert.equal(await webhook.waitFor(() => false, 0.2), undefined);
    } finally {
      await webhook.close();
    }
  });
});
