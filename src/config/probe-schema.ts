import { z } from "zod";
import { map, phrase } from "../model/document.ts";
import type { Probe } from "../model/probe.ts";
import { inSeconds } from "./web-schema.ts";

/** What an editor shows for a key. */
const says = (description: string): { readonly description: string } => ({ description });

const wellFormed = phrase("an http or https URL without a name and password");
/** The address of a server, which may not hold a password. */
export const plainUrl = z
  .string(wellFormed)
  .regex(/^https?:\/\//i, wellFormed)
  .refine(isPlainUrl, wellFormed);

/** A day: who asks less often than that, asks for nothing. */
const longest = 86_400;
const lengthOfTime = phrase("a length of time from 1s to 1d, such as 30s or 1m30s");
const duration = z
  .string(lengthOfTime)
  .regex(/^(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/, lengthOfTime)
  .refine((text) => secondsOf(text) >= 1 && secondsOf(text) <= longest, lengthOfTime);

const text = (what: string) => z.string(phrase(what)).min(1, phrase(what));

/** How a workload is asked whether it still answers. */
export const probeSchema = map({
  url: plainUrl.meta(
    says("The server's address, with or without /v1, or the whole address of its endpoint."),
  ),
  kind: z
    .enum(["chat", "completion"], phrase("chat or completion"))
    .default("chat")
    .meta(says("Which endpoint of the OpenAI API is asked.")),
  model: text("the name of a model")
    .meta(says("The model that clients name; without it the server chooses."))
    .optional(),
  prompt: text("text").default("Hi").meta(says("What is said to the model.")),
  expect: text("text")
    .meta(says("Text that the one token must hold; any token will do without it."))
    .optional(),
  interval: duration.default("1m").meta(says("From the beginning of a probe to the next.")),
  timeout: duration
    .meta(says("When a probe has failed: 30s, or the interval where that is shorter; never more."))
    .optional(),
  bearerTokenFile: text("the path of a file")
    .meta(says("A file with the token that the server asks for, read for each probe."))
    .optional(),
})
  .superRefine(({ interval, timeout }, context) => {
    if (timeout === undefined || secondsOf(timeout) <= secondsOf(interval)) return;
    const message = `at most the interval, which is ${interval}`;
    context.addIssue({ code: "custom", path: ["timeout"], message });
  })
  .meta(says("How it is asked for one token from time to time; see docs/probes.md."));

const usualTimeout = 30;

/** The probe as the exporter takes it. A relative path starts where `beside` says. */
export function probeOf(
  { interval, timeout, model, expect, bearerTokenFile, ...others }: z.output<typeof probeSchema>,
  beside: (path: string) => string,
): Probe {
  const intervalSeconds = secondsOf(interval);
  return {
    ...others,
    ...(model !== undefined && { model }),
    ...(expect !== undefined && { expect }),
    intervalSeconds,
    timeoutSeconds:
      timeout === undefined ? Math.min(usualTimeout, intervalSeconds) : secondsOf(timeout),
    ...(bearerTokenFile !== undefined && { bearerTokenFile: beside(bearerTokenFile) }),
  };
}

/** Prometheus' way of writing a length of time: `1d`, `1m30s`. */
function secondsOf(text: string): number {
  const days = /^(\d+)d/.exec(text)?.[1] ?? "0";
  return Number(days) * 86_400 + inSeconds(text);
}

function isPlainUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, hostname } = new URL(text);
  return username === "" && password === "" && hostname !== "";
}
