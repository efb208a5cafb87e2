/** How a workload is asked for one token, from end to end. */
export interface Probe {
  /** The server, its `/v1`, or the whole address of an endpoint; http or https, without a name and password. */
  readonly url: string;
  readonly kind: "chat" | "completion";
  /** Absent where the server is to choose. */
  readonly model?: string;
  readonly prompt: string;
  /** What the token must hold; any token will do where it is absent. */
  readonly expect?: string;
  readonly intervalSeconds: number;
  /** At most the interval. */
  readonly timeoutSeconds: number;
  readonly bearerTokenFile?: string;
}

/** Why a probe did not succeed. */
export const probeFailures = [
  "timeout", // no whole answer in time: hung, or busy for that long
  "connection", // nobody answered, or what answered speaks no HTTP
  "status", // another status than 200
  "too_large", // an answer that no completion of one token can be
  "not_json",
  "no_choice", // JSON, and no completion
  "unexpected", // a completion without the text that was expected
  "token_file", // nothing was asked: the bearer token could not be read
] as const;

export type ProbeFailure = (typeof probeFailures)[number];

/** What one probe showed. `detail` is a status or an error code, and never holds what was sent or answered. */
export type ProbeVerdict =
  | { readonly success: true }
  | { readonly success: false; readonly reason: ProbeFailure; readonly detail?: string };

/** A verdict, and how long it took in seconds. */
export type ProbeResult = ProbeVerdict & { readonly seconds: number };
