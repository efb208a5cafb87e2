import { z } from "zod";
import { map, phrase } from "../model/document.ts";
import { audiences, weekdays } from "../model/notify.ts";
import type { Integrations, Notify } from "../model/notify.ts";
import { webhookProblem } from "../model/webhook-url.ts";
import { isTimeZone } from "./time-zone.ts";

/** What an editor shows for a key. */
const says = (description: string): { readonly description: string } => ({ description });

/** Alertmanager would take {{ for a template. */
const line = (what: string, form: RegExp = /./) =>
  z
    .string(phrase(what))
    .regex(/^(?!.*\{\{)[^\p{Cc}]+$/u, phrase(what))
    .regex(form, phrase(what));

const file = line("the absolute path of a file that Alertmanager reads the secret from", /^\/./);

const secretKey = /token|key|secret|pass|auth|credential|url/i;

/** A map whose secrets stand in files: a secret itself is answered with the key of its file. */
function way<const Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape);
  const files = known.filter((key) => key.endsWith("File")).join(" or ");
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return "a map";
      const secret = issue.keys.some((key) => secretKey.test(key));
      return secret ? `${files}, with the path of a file that holds the secret` : known.join(", ");
    },
  });
}

const plainAddress =
  "an http or https address without a secret: credentialsFile names the file of one";

const webhook = way({
  url: z
    .string(phrase(plainAddress))
    .refine((text) => webhookProblem(text) === undefined, {
      error: plainAddress,
      params: { secret: true },
    })
    .meta(says("Where alerts are posted. It is written to alertmanager.yml as it is.")),
  credentialsFile: file.meta(says("A file with the bearer token to send.")).optional(),
});

const slack = way({
  apiUrlFile: file.meta(says("A file with the address of the incoming webhook.")),
  channel: line("the name of a channel, such as #mlx").optional(),
});

const pagerDuty = way({
  routingKeyFile: file.meta(says("A file with the integration key of Events API v2.")),
});

const address = line("an address of e-mail", /^[^\s@]+@[^\s@]+$/);
const email = way({
  to: address,
  from: address,
  smarthost: line("HOST:PORT of a server that takes mail", /^[^\s:]+:\d{1,5}$/),
  username: line("a name").optional(),
  passwordFile: file.meta(says("A file with the password of the name.")).optional(),
}).refine(
  ({ username, passwordFile }) => (username === undefined) === (passwordFile === undefined),
  {
    error: "a map with both username and passwordFile, or neither",
  },
);

const ways = map({
  webhook: webhook.optional(),
  slack: slack.optional(),
  pagerDuty: pagerDuty.optional(),
  email: email.optional(),
}).refine(
  (given) => Object.values(given).some((each) => each !== undefined),
  phrase("a map of at least one of webhook, slack, pagerDuty or email"),
);

const time = phrase("a time from 00:00 to 24:00, such as 22:00");
const clock = z.string(time).regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, time);
const day = z.enum(weekdays, phrase(weekdays.join(", ")));
const zone = phrase("a name of the IANA time zones as it is spelt there, such as Europe/Berlin");

const quietHours = map({
  days: z
    .array(day, phrase("a list of days"))
    .min(1, phrase("a list of at least one day"))
    .default([...weekdays])
    .meta(says("The days on which it begins; every day.")),
  from: clock,
  to: clock.meta(says("When it ends: on the day after, where that is not later than from.")),
  location: z
    .string(zone)
    .refine(isTimeZone, zone)
    .default("UTC")
    .meta(says("The place whose time it is, by IANA's name; UTC.")),
})
  .refine(({ from }) => from !== "24:00", { path: ["from"], error: "a time before 24:00" })
  .refine(({ from, to }) => from !== to, {
    path: ["to"],
    error: "another time than from; a whole day is from 00:00 to 24:00",
  });

/** Who is notified, and when not. */
export const notifySchema = map({
  receivers: map(Object.fromEntries(audiences.map((name) => [name, ways.optional()])))
    .default({})
    .meta(says("By which ways page, ticket and deadMan are notified; --webhook-url else.")),
  quietHours: z
    .array(quietHours, phrase("a list of quiet hours"))
    .default([])
    .meta(says("When tickets are not notified; pages always are.")),
})
  .transform((given): Notify => ({
    receivers: withoutUnset(given.receivers as Record<string, Integrations>),
    quietHours: given.quietHours,
  }))
  .meta(says("Who is notified by Alertmanager; see docs/alertmanager.md."));

/** An absent key is the same as one that is not set. */
function withoutUnset<T extends object>(given: T): T {
  return JSON.parse(JSON.stringify(given)) as T;
}
