import assert from "node:assert/strict";
import { compileRouting } from "../../../src/generator/3-compile/routing.ts";
import type { Notify } from "../../../src/model/notify.ts";
import { defaultPolicy } from "../../../src/model/policy.ts";
import { UserError } from "../../../src/model/user-error.ts";
import { compiledAlerts } from "../../support/compiled-alerts.ts";

const nights = {
  days: ["monday", "friday"],
  from: "22:00",
  to: "07:00",
  location: "Europe/Berlin",
} as const;

interface Given {
  readonly webhookUrl?: string;
  readonly notify?: Notify;
}

function routing({ webhookUrl, notify }: Given = {}) {
  return compileRouting(
    compiledAlerts,
    { ...defaultPolicy, ...(notify && { notify }) },
    webhookUrl,
  );
}

describe("routing", () => {
  it("posts to the webhook, from every receiver but the silent one", () => {
    const url = "https://example.org/hook";
    const { receivers, about } = routing({ webhookUrl: url });
    const posting = receivers.filter(({ integrations }) => integrations.webhook?.url === url);
    assert.deepEqual(
      posting.map(({ name }) => name),
      ["mlx-page", "mlx-ticket", "mlx-dead-man"],
    );
    assert.doesNotMatch(about, /nothing/);
    assert.ok(routing().receivers.every(({ integrations }) => integrations.webhook === undefined));
    assert.match(routing().about, /^Its receivers send nothing/);
  });

  it("keeps what happens in one cluster from inhibiting what happens in another", () => {
    const { inhibitions } = compileRouting(compiledAlerts, {
      ...defaultPolicy,
      joinLabels: ["workload", "resource", "cluster"],
    });
    assert.ok(inhibitions.length > 0);
    for (const { equal } of inhibitions) assert.equal(equal.at(-1), "cluster");
    assert.ok(routing().inhibitions.every(({ equal }) => !equal.includes("cluster")));
  });

  it("sends by the ways of the policy, and by the webhook where that names none", () => {
    const page = { pagerDuty: { routingKeyFile: "/etc/key" } };
    const notify = { receivers: { page }, quietHours: [] };
    const url = "https://example.org/hook";
    const ways = (options: Given) =>
      routing(options).receivers.map(({ integrations }) => integrations);
    const webhook = { webhook: { url } };
    assert.deepEqual(ways({ notify, webhookUrl: url }), [page, webhook, webhook, {}]);
    assert.deepEqual(ways({ notify }), [page, {}, {}, {}]);
    assert.match(routing({ notify }).about, /^mlx-ticket and mlx-dead-man send nothing/);
  });

  for (const url of ["ftp://example.org", "example.org/hook", "", "file:///etc/passwd"]) {
    it(`refuses '${url}' as a webhook`, () => {
      assert.throws(() => routing({ webhookUrl: url }), new UserError("bad-webhook-url", { url }));
    });
  }

  for (const url of [
    "https://me:hunter2@example.org/hook",
    "https://hunter2@example.org/hook",
    "https://example.org/hook?token=hunter2",
    "https://example.org/hook?a=b&API_KEY=hunter2",
    "https://hooks.slack.com/services/T0/B0/hunter2",
  ]) {
    it(`refuses ${url.replaceAll("hunter2", "…")}, does not repeat it, and says to use a file`, () => {
      assert.throws(
        () => routing({ webhookUrl: url }),
        (error: unknown) =>
          error instanceof UserError &&
          error.code === "secret-webhook-url" &&
          error.message.includes("credentialsFile") &&
          !error.message.includes("hunter2"),
      );
    });
  }

  it("takes an address whose query is no secret", () => {
    assert.doesNotThrow(() => routing({ webhookUrl: "https://example.org/hook?a=b&monkeys=1" }));
  });

  it("is quiet about tickets alone, in the hours of the policy", () => {
    const { routes, intervals } = routing({ notify: { receivers: {}, quietHours: [nights] } });
    assert.deepEqual(
      routes
        .filter(({ muted }) => muted !== undefined)
        .map(({ receiver, muted }) => [receiver, muted]),
      [["mlx-ticket", ["mlx-quiet-hours"]]],
    );
    assert.deepEqual(
      intervals.map(({ name }) => name),
      ["mlx-quiet-hours"],
    );
    assert.deepEqual(routing().intervals, []);
    assert.ok(routing().routes.every(({ muted }) => muted === undefined));
  });
});
