import assert from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import { UserError } from "../../src/model/user-error.ts";
import { memoryHost } from "../support/memory-host.ts";
import { everyWay } from "../support/notify.ts";

/** The policy that a config file with this under `notify:` holds. */
function notify(value: unknown) {
  const text = JSON.stringify({ policy: { notify: value } }, undefined, 1);
  return loadConfig(memoryHost({ "mlx.yaml": text }).files, "mlx.yaml").policy?.notify;
}

function page(ways: unknown) {
  return { receivers: { page: ways } };
}

function refused(value: unknown): string {
  try {
    notify(value);
  } catch (error) {
    if (error instanceof UserError && error.code === "bad-document") return error.message;
    throw error;
  }
  throw new assert.AssertionError({ message: `${JSON.stringify(value)} was taken` });
}

describe("notify, in a policy", () => {
  it("is taken as it is written", () => {
    assert.deepEqual(notify(everyWay), everyWay);
  });

  it("may be left out, whole or in parts", () => {
    assert.deepEqual(notify({}), { receivers: {}, quietHours: [] });
    const text = "policy: {}\n";
    const { policy } = loadConfig(memoryHost({ "mlx.yaml": text }).files, "mlx.yaml");
    assert.equal(policy?.notify, undefined);
  });

  it("is quiet every day and in UTC unless told otherwise", () => {
    const [quiet] = notify({ quietHours: [{ from: "22:00", to: "07:00" }] })?.quietHours ?? [];
    assert.equal(quiet?.days.length, 7);
    assert.equal(quiet.location, "UTC");
  });

  const secrets: readonly (readonly [ways: unknown, says: RegExp])[] = [
    [{ webhook: { url: "https://me:hunter2@example.org/" } }, /without a secret: credentialsFile/],
    [{ webhook: { url: "https://example.org/?access_token=hunter2" } }, /credentialsFile/],
    [{ webhook: { url: "https://hooks.slack.com/services/T/B/hunter2" } }, /credentialsFile/],
    [{ webhook: { url: "https://a.org", token: "hunter2" } }, /expected credentialsFile, with the/],
    [
      { slack: { apiUrl: "https://hooks.slack.com/hunter2" } },
      /expected apiUrlFile, with the path/,
    ],
    [{ slack: { apiUrlFile: "/a", botToken: "hunter2" } }, /a file that holds the secret/],
    [{ pagerDuty: { routingKey: "hunter2" } }, /expected routingKeyFile, with the path of a file/],
    [{ email: { password: "hunter2" } }, /expected passwordFile, with the path of a file/],
  ];
  for (const [ways, says] of secrets) {
    it(`refuses ${JSON.stringify(ways).replaceAll("hunter2", "…")}, does not repeat it, and says to use a file`, () => {
      const message = refused(page(ways));
      assert.match(message, says);
      assert.doesNotMatch(message, /hunter2/);
    });
  }

  const wrong: readonly (readonly [claim: string, value: unknown, says: RegExp])[] = [
    ["a receiver without a way", page({}), /at least one of webhook, slack, pagerDuty or email/],
    ["an unknown receiver", { receivers: { info: {} } }, /expected page, ticket, deadMan/],
    ["an unknown way", page({ sms: {} }), /expected webhook, slack, pagerDuty, email, found sms/],
    ["a way that is no map", page({ slack: "/a" }), /slack' must be a map/],
    ["an unknown key", page({ slack: { room: 1 } }), /expected apiUrlFile, channel, found room/],
    ["a webhook that is none", page({ webhook: { url: "ftp://a" } }), /an http or https address/],
    [
      "a relative path, which nobody knows the beginning of",
      page({ pagerDuty: { routingKeyFile: "key" } }),
      /the absolute path of a file/,
    ],
    [
      "a channel that Alertmanager would take for a template",
      page({ slack: { apiUrlFile: "/a", channel: "{{ x }}" } }),
      /the name of a channel/,
    ],
    [
      "a name without its password",
      page({ email: { to: "a@b", from: "a@b", smarthost: "h:25", username: "u" } }),
      /both username and passwordFile, or neither/,
    ],
    [
      "mail without a port",
      page({ email: { to: "a@b", from: "a@b", smarthost: "h" } }),
      /HOST:PORT/,
    ],
    ["a time that is none", { quietHours: [{ from: "25:00", to: "07:00" }] }, /a time from 00:00/],
    ["no time at all", { quietHours: [{ from: "07:00", to: "07:00" }] }, /another time than from/],
    ["a beginning after the day", { quietHours: [{ from: "24:00", to: "07:00" }] }, /before 24:00/],
    [
      "a day that is none",
      { quietHours: [{ days: ["mon"], from: "22:00", to: "07:00" }] },
      /monday, tuesday/,
    ],
    ["no day", { quietHours: [{ days: [], from: "22:00", to: "07:00" }] }, /at least one day/],
  ];
  for (const [claim, value, says] of wrong) {
    it(`refuses ${claim}`, () => {
      assert.match(refused(value), says);
    });
  }

  it("knows the time zones of IANA, by their spelling there", () => {
    const at = (location: string) => ({ quietHours: [{ from: "22:00", to: "07:00", location }] });
    for (const name of [
      "UTC",
      "Etc/UTC",
      "Europe/Berlin",
      "Asia/Kolkata",
      "Asia/Calcutta",
      "America/Argentina/Buenos_Aires",
      "Etc/GMT+3",
    ]) {
      assert.equal(notify(at(name))?.quietHours[0]?.location, name);
    }
    for (const name of [
      "Europe/Atlantis",
      "europe/berlin",
      "Europe/berlin",
      "+01:00",
      "CEST",
      "",
    ]) {
      assert.match(refused(at(name)), /IANA time zones/, name);
    }
  });
});
