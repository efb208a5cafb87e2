import type { RateLimit } from "../../model/web-config.ts";

/** Takes one token, or says that there is none. */
export type RateLimiter = (limit: RateLimit | undefined, nowSeconds: number) => boolean;

/** One bucket for all clients, as in the exporter-toolkit. Another limit begins with a full bucket. */
export function createRateLimiter(): RateLimiter {
  let current: RateLimit | undefined;
  let tokens = 0;
  let since = 0;
  return (limit, nowSeconds) => {
    if (limit === undefined) return true;
    if (limit.burst !== current?.burst || limit.intervalSeconds !== current.intervalSeconds) {
      tokens = limit.burst;
      since = nowSeconds;
    }
    current = limit;
    tokens = Math.min(limit.burst, tokens + (nowSeconds - since) / limit.intervalSeconds);
    since = nowSeconds;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
