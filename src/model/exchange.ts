/** Where a request of this program's own accord goes, and how it gets there. */
export interface Destination {
  /** http or https; a redirect is an answer like any other, and never followed. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A Unix socket that is connected to instead of the URL's host. */
  readonly socketPath?: string;
  /** Certificates of authorities, as PEM, that are trusted instead of the machine's. */
  readonly authorities?: Buffer;
  /** The name that the server's certificate is to be for, instead of the URL's host. */
  readonly serverName?: string;
}

/** One HTTP request that this program makes of its own accord, and what it may cost. */
export interface ExchangeRequest extends Destination {
  /** Sent by POST; where it is absent, the request is a GET. */
  readonly body?: string;
  /** From the beginning to the last byte of the answer, however slowly it comes. */
  readonly timeoutSeconds: number;
  /** Of the answer's body. */
  readonly maxBytes: number;
}

/** One that posts. */
export interface PostRequest extends ExchangeRequest {
  readonly body: string;
}

/** What came of it. */
export type Exchange =
  | { readonly kind: "answered"; readonly status: number; readonly body: Buffer }
  | { readonly kind: "too_large" }
  | { readonly kind: "timeout" }
  /** `code` is the system's, OpenSSL's or Node's, such as ECONNREFUSED; nothing of the answer. */
  | { readonly kind: "failed"; readonly code: string }
  | { readonly kind: "cancelled" };

/** A GET whose answer goes on: events, one a line. */
export interface FollowRequest extends Destination {
  /** Until the answer begins. */
  readonly timeoutSeconds: number;
  /** Between two pieces of the answer; for ever when absent. */
  readonly silenceSeconds?: number;
  readonly maxLineBytes: number;
}

/** How it ended. */
export type Followed =
  /** The other side ended the answer. */
  | { readonly kind: "ended" }
  /** It was no success; nothing of its body was read. */
  | { readonly kind: "refused"; readonly status: number }
  | Exclude<Exchange, { readonly kind: "answered" }>;
