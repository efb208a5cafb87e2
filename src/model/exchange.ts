/** One HTTP request that this program makes of its own accord, and what it may cost. */
export interface ExchangeRequest {
  /** http or https; a redirect is an answer like any other, and never followed. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent by POST. */
  readonly body: string;
  /** From the beginning to the last byte of the answer, however slowly it comes. */
  readonly timeoutSeconds: number;
  /** Of the answer's body. */
  readonly maxBytes: number;
}

/** What came of it. */
export type Exchange =
  | { readonly kind: "answered"; readonly status: number; readonly body: Buffer }
  | { readonly kind: "too_large" }
  | { readonly kind: "timeout" }
  /** `code` is the system's, OpenSSL's or Node's, such as ECONNREFUSED; nothing of the answer. */
  | { readonly kind: "failed"; readonly code: string }
  | { readonly kind: "cancelled" };
