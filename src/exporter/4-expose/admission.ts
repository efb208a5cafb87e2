import type { WebConfig } from "../../model/web-config.ts";
import { credentialsIn } from "./basic-auth.ts";
import { createRateLimiter } from "./rate-limit.ts";
import { createVerification, type CheckPassword } from "./verification.ts";

/** What admission needs to know of a request. */
export interface Caller {
  readonly authorization: string | undefined;
  readonly address: string;
}

/** A refusal: status, sentence, and the headers that go with it. */
export interface Refusal {
  readonly status: 401 | 429 | 503;
  readonly sentence: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Resolves to why a request is not answered, or to undefined when it is. */
export type Admission = (caller: Caller, web: WebConfig) => Promise<Refusal | undefined>;

/** Who may ask, and how often: the rate limit first, since checking passwords is what costs. */
export function createAdmission(
  checkPassword: CheckPassword,
  monotonicSeconds: () => number,
): Admission {
  const allows = createRateLimiter();
  const verify = createVerification(checkPassword);

  return async ({ authorization, address }, { rateLimit, users }) => {
    if (!allows(rateLimit, monotonicSeconds())) {
      const wait = String(Math.ceil(rateLimit?.intervalSeconds ?? 1));
      const sentence = "More requests come than rate_limit of the web config file allows.";
      return { status: 429, sentence, headers: { "Retry-After": wait } };
    }
    if (users.size === 0) return undefined;
    const credentials = credentialsIn(authorization);
    const verdict = credentials && (await verify(credentials, users, address));
    switch (verdict) {
      case "right":
        return undefined;
      case "busy": {
        const sentence = "Too many passwords are being checked: ask again.";
        return { status: 503, sentence, headers: { "Retry-After": "1" } };
      }
      case "wrong":
      case undefined: {
        const challenge = 'Basic realm="mlx-headroom", charset="UTF-8"';
        const sentence = "A user and the right password are needed.";
        return { status: 401, sentence, headers: { "WWW-Authenticate": challenge } };
      }
    }
  };
}
