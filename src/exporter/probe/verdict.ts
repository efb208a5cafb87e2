import type { Exchange } from "../../model/exchange.ts";
import type { ProbeVerdict } from "../../model/probe.ts";

/** What an answer means: a success is status 200 and a completion with a choice, and with the expected text in it. */
export function verdictOf(exchange: Exchange, expect?: string): ProbeVerdict {
  switch (exchange.kind) {
    case "timeout":
    case "too_large":
      return { success: false, reason: exchange.kind };
    case "failed":
      return { success: false, reason: "connection", detail: exchange.code };
    case "cancelled":
      return { success: false, reason: "connection", detail: "cancelled" };
    case "answered":
      if (exchange.status !== 200)
        return { success: false, reason: "status", detail: String(exchange.status) };
      return verdictOfBody(exchange.body.toString("utf8"), expect);
  }
}

function verdictOfBody(body: string, expect: string | undefined): ProbeVerdict {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return { success: false, reason: "not_json" };
  }
  const choices = property(answer, "choices");
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  if (typeof choice !== "object" || choice === null || Array.isArray(choice))
    return { success: false, reason: "no_choice" };
  return expect === undefined || textsOf(choice).some((text) => text.includes(expect))
    ? { success: true }
    : { success: false, reason: "unexpected" };
}

/** Where servers put the text of a choice; one token of a model that thinks is part of its thoughts. */
function textsOf(choice: object): readonly string[] {
  const message = property(choice, "message");
  const texts = [
    property(choice, "text"),
    ...["content", "reasoning", "reasoning_content"].map((key) => property(message, key)),
  ];
  return texts.filter((text) => typeof text === "string");
}

function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
