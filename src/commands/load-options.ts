import type { LoadPlan } from "../generator/record.ts";
import type { Call } from "../model/command.ts";
import type { Files } from "../model/host.ts";
import { UserError } from "../model/user-error.ts";
import { durationOf } from "./duration.ts";
import { positive } from "./exporter-options.ts";
import { secretIn } from "./header-file.ts";

const usualDistinctPrompts = 4;
/** So many times the prompts that the cache holds: it is full after the first round, and never hit. */
const peakRounds = 2;

/** The built-in load that a call asks for, without its address where that is to be found out; undefined for none. */
export function loadPlanOf(
  scenario: string,
  call: Call,
  files: Files,
): (Omit<LoadPlan, "url"> & { readonly url?: string }) | undefined {
  if (call.options["load"] === undefined) return undefined;
  const text = (flag: string) => call.options[flag] as string | undefined;
  const number = (flag: string) => positive("record", call, flag);
  const [url, model, tokenFile] = [text("url"), text("load-model"), text("load-token-file")];
  const rate = rateOf(text("rate"));
  if (url !== undefined && !isHttp(url))
    throw usage(`--url takes an http or https URL, not '${url}'.`);
  const cache = number("prompt-cache-size");
  return {
    ...(url !== undefined && { url }),
    ...(model !== undefined && { model }),
    ...(tokenFile !== undefined && { token: secretIn(files, tokenFile, "--load-token-file") }),
    concurrency: number("concurrency"),
    promptTokens: number("prompt-tokens"),
    maxTokens: number("max-tokens"),
    distinctPrompts:
      text("distinct-prompts") !== undefined
        ? number("distinct-prompts")
        : scenario === "peak"
          ? peakRounds * cache
          : usualDistinctPrompts,
    ...(rate !== undefined && { rate }),
    timeoutSeconds: durationOf("record", call, "request-timeout") ?? 0,
  };
}

/** Whether a text is the address of something that speaks HTTP. */
export function isHttp(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function rateOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rate = /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : 0;
  if (rate > 0) return rate;
  throw usage(`--rate takes requests a second, such as 0.5, not '${text}'.`);
}

function usage(detail: string): UserError {
  return new UserError("bad-usage", { command: "record", detail });
}
