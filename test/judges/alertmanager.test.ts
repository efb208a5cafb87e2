import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import {
  findAlertmanager,
  findNewerAlertmanager,
  type Alertmanager,
  type AlertmanagerBinary,
  type HeldAlert,
} from "../../lab/alertmanager.ts";
import { temporaryFolder } from "../../lab/children.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { startWebhook, type Notification, type Webhook } from "../../lab/webhook.ts";
import { inhibitors, receiverOf } from "../../src/generator/generator.ts";
import { weekdays } from "../../src/model/notify.ts";
import type { Notify } from "../../src/model/notify.ts";
import { nameOf, oneOfEach, routingFor } from "../support/compiled-alerts.ts";
import { afterwards, orSkip, slowSteps } from "../support/lab.ts";
import { everyWay } from "../support/notify.ts";
import { compiledAlertmanager, groupInterval, writeRouting } from "../support/real-alertmanager.ts";
import { runProgram } from "../support/real-commands.ts";

type Labels = Readonly<Record<string, string>>;

const always: Notify = {
  receivers: {},
  quietHours: [{ days: weekdays, from: "00:00", to: "24:00", location: "Europe/Berlin" }],
};
const several = groupInterval * 3 * 1000;

for (const { which, find } of [
  { which: "this system's Alertmanager", find: findAlertmanager },
  { which: "a newer Alertmanager", find: findNewerAlertmanager },
]) {
  describe(`the routing, in ${which}`, function () {
    this.timeout(120_000);
    const undo = afterwards();
    let binary: AlertmanagerBinary;
    let alertmanager: Alertmanager;
    let configure: (notify?: Notify) => Promise<void>;
    let webhook: Webhook;
    let host = 0;

    before(async function () {
      this.timeout(300_000);
      binary = orSkip(this, await find(slowSteps));
      webhook = await startWebhook();
      undo(() => webhook.close());
      ({ alertmanager, configure } = await compiledAlertmanager(this, binary, webhook.url));
      undo(() => alertmanager.stop());
    });

    const amtool = (...args: readonly string[]): string => {
      const { status, output } = runProgram(binary.amtool ?? "amtool", args);
      assert.equal(status, 0, `amtool ${args.join(" ")}\n${output}`);
      return output;
    };

    /** Alerts about a host that no other test speaks of. */
    const onNewHost = (): ((alertname: string) => Labels) => {
      const instance = `host-${(host += 1)}`;
      return (alertname) => ({
        ...oneOfEach.find((labels) => nameOf(labels).startsWith(alertname)),
        instance,
      });
    };
    const fits =
      (labels: Labels, status: Notification["status"]) =>
      (notification: Notification): boolean =>
        notification.status === status &&
        ["alertname", "severity", "instance"].every(
          (name) => notification.labels[name] === labels[name],
        );
    const told = async (labels: Labels, status: Notification["status"]): Promise<void> => {
      const found = await webhook.waitFor(fits(labels, status), 30);
      assert.ok(found !== undefined, `nobody was told that ${nameOf(labels)} is ${status}`);
    };
    const untold = (labels: Labels, status: Notification["status"]): void => {
      assert.ok(!webhook.notifications.some(fits(labels, status)), `${nameOf(labels)} ${status}`);
    };

    for (const { name, notify } of [
      { name: "without a policy", notify: undefined },
      { name: "of a policy with every way and quiet hours", notify: everyWay },
    ]) {
      it(`is accepted, ${name}, and gives each alert the receiver that our evaluator does`, function () {
        if (this.test !== undefined) this.test.title += ` (${binary.version})`;
        const file = writeRouting(temporaryFolder("routes"), notify);
        assert.match(amtool("check-config", file), /SUCCESS[^]*1 templates/);
        const routing = routingFor(notify);
        for (const labels of [...oneOfEach, { alertname: "NotOurs" }]) {
          const pairs = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
          const test = ["config", "routes", "test", `--config.file=${file}`];
          amtool(...test, `--verify.receivers=${receiverOf(routing, labels)}`, ...pairs);
        }
      });
    }

    it("inhibits what our evaluator says, and nothing else", async () => {
      const { inhibitions } = routingFor();
      const everything: readonly Labels[] = oneOfEach.map((labels) => ({
        ...labels,
        instance: "all",
      }));
      const some = everything.filter((labels) => labels["alertname"] !== "MlxExporterDown");
      const sets: readonly (readonly Labels[])[] = [
        everything,
        some.map((labels) => ({ ...labels, instance: "no-exporter-down" })),
        some.slice(0, 12).map((labels) => ({ ...labels, instance: "some" })),
        // The source without a host, and one of another workload.
        [
          { alertname: "MlxExporterDown", severity: "critical", job: "the-job" },
          { ...onNewHost()("MlxOomKilled"), workload: "other" },
          onNewHost()("MlxWorkloadDown"),
        ],
      ];
      const firing = sets.flat();
      await alertmanager.send(firing.map((labels) => ({ labels, beganAt: new Date() })));
      const key = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort());
      const expected = inhibitors(inhibitions, firing);
      /** Alerts that are held and should not be, or the other way round, or by another one. */
      const otherThanSaid = (held: readonly HeldAlert[]) =>
        firing.filter((labels, index) => {
          const found = held.find((alert) => key(alert.labels) === key(labels));
          const by = new Set(expected[index]?.map((other) => key(firing[other] ?? {})));
          const sources = (found?.inhibitedBy ?? []).map((fingerprint) =>
            key(held.find((alert) => alert.fingerprint === fingerprint)?.labels ?? {}),
          );
          return sources.length > 0 !== by.size > 0 || !sources.every((source) => by.has(source));
        });
      // A source that it has taken may inhibit a moment later: newer ones keep that apart.
      let last: readonly HeldAlert[] = [];
      const settled = await waitUntil(
        async () => {
          last = await alertmanager.alerts();
          const taken = last.every(({ state }) => state !== "unprocessed");
          return taken && last.length >= firing.length && otherThanSaid(last).length === 0
            ? true
            : undefined;
        },
        { timeoutSeconds: 30 },
      );
      assert.deepEqual(otherThanSaid(last), [], alertmanager.log());
      assert.ok(settled, alertmanager.log());
      const inhibited = expected.filter((by) => by.length > 0).length;
      assert.ok(inhibited > 20);
    });

    it("tells of a warning's end, though a critical alert came in between", async () => {
      const of = onNewHost();
      const [warning, critical] = [of("MlxHeadroomLow warning"), of("MlxHeadroomLow critical")];
      const beganAt = new Date();
      await alertmanager.send([{ labels: warning, beganAt }]);
      await told(warning, "firing");
      await alertmanager.send([{ labels: critical, beganAt }]);
      await told(critical, "firing");
      const endedAt = new Date();
      await alertmanager.send([warning, critical].map((labels) => ({ labels, beganAt, endedAt })));
      await told(critical, "resolved");
      await told(warning, "resolved");
    });

    it("never tells of a warning that a critical alert came before", async () => {
      const of = onNewHost();
      const [warning, critical] = [of("MlxHeadroomLow warning"), of("MlxHeadroomLow critical")];
      const beganAt = new Date();
      await alertmanager.send([critical, warning].map((labels) => ({ labels, beganAt })));
      await told(critical, "firing");
      await sleep(several);
      untold(warning, "firing");
    });

    it("tells of an end that was inhibited when Prometheus repeats it, as it does for 15 minutes", async () => {
      const of = onNewHost();
      const [down, killed] = [of("MlxWorkloadDown"), of("MlxOomKilled")];
      const beganAt = new Date();
      await alertmanager.send([{ labels: down, beganAt }]);
      await told(down, "firing");
      await alertmanager.send([{ labels: killed, beganAt }]);
      await told(killed, "firing");
      const over = { labels: down, beganAt, endedAt: new Date() };
      await alertmanager.send([over]);
      await sleep(several);
      // What Alertmanager cannot do; docs/alertmanager.md says so.
      untold(down, "resolved");
      await alertmanager.send([{ labels: killed, beganAt, endedAt: new Date() }]);
      await told(killed, "resolved");
      await alertmanager.send([over]);
      await told(down, "resolved");
    });

    it("is quiet about tickets and never about pages or the dead man's switch", async () => {
      await configure(always);
      const of = onNewHost();
      const ticket = of("MlxWorkloadDown");
      const loud = [of("MlxHeadroomLow critical"), of("MlxWatchdog")];
      const beganAt = new Date();
      await alertmanager.send([ticket, ...loud].map((labels) => ({ labels, beganAt })));
      for (const labels of loud) await told(labels, "firing");
      await sleep(several);
      untold(ticket, "firing");
      await configure();
      await told(ticket, "firing");
    });
  });
}
