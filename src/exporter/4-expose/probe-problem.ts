import type { ProbeFailure, ProbeResult } from "../../model/probe.ts";

type Failed = Extract<ProbeResult, { readonly success: false }>;

/** What a failed probe means for a person, as the end of a sentence. */
const sentences: Readonly<Record<ProbeFailure, (failed: Failed) => string>> = {
  timeout: ({ seconds }) => `did not answer its probe within ${Math.round(seconds)} s`,
  connection: ({ detail }) => `cannot be reached by its probe (${detail ?? "unknown"})`,
  status: ({ detail }) => `answered its probe with status ${detail ?? "unknown"}`,
  too_large: () => "answered its probe with more than one token can be",
  not_json: () => "answered its probe with something that is no JSON",
  no_choice: () => "answered its probe without a completion",
  unexpected: () => "answered its probe without the expected text",
  token_file: ({ detail }) =>
    `was not asked: its token file cannot be used (${detail ?? "unknown"})`,
};

export function probeProblem(workload: string, failed: Failed): string {
  return `${workload} ${sentences[failed.reason](failed)}.`;
}
