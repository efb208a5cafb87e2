import { defaultPort } from "../catalog/alerts.ts";
import { loadWebConfig } from "../config/web.ts";
import type { WebOptions } from "../exporter/web.ts";
import type { Call, Option } from "../model/command.ts";
import { connectionLimits } from "../model/connection-limits.ts";
import type { Host } from "../model/host.ts";
import { UserError } from "../model/user-error.ts";
import { parseListenAddress } from "./listen-address.ts";

/** Flags that say where the exporter is reached, by whom, and how much they may ask of it. */
export const webFlags = {
  "web.listen-address": {
    type: "string",
    value: "ADDR",
    multiple: true,
    default: `127.0.0.1:${defaultPort}`,
    help: "Where to listen: HOST:PORT, or :PORT for every address of the machine. May be given several times.",
  },
  "web.config.file": {
    type: "string",
    value: "FILE",
    help: "YAML that switches on TLS, client certificates, passwords, headers or a rate limit; see docs/web-config.md.",
  },
  "web.max-requests": {
    type: "string",
    value: "N",
    default: "40",
    help: "At most this many requests for metrics or the status page at a time, the rest are answered 503 at once; 0 is no limit.",
  },
  "web.max-connections": {
    type: "string",
    value: "N",
    default: String(connectionLimits.maxConnections),
    help: "At most this many connections to each address; 0 is no limit.",
  },
  "web.timeout-offset": {
    type: "string",
    value: "SECONDS",
    default: "0.5",
    help: "Answer a scrape 503 this long before its scraper gives up, when looking takes that long.",
  },
} as const satisfies Record<string, Option>;

/** Reads those flags. */
export function webOptions(command: string, call: Call, host: Host): WebOptions {
  const number = (flag: keyof typeof webFlags, pattern: RegExp, what: string) => {
    const text = call.options[flag] as string;
    if (pattern.test(text)) return Number(text);
    throw new UserError("bad-usage", {
      command,
      detail: `--${flag} takes ${what}, not '${text}'.`,
    });
  };
  const count = (flag: keyof typeof webFlags) => number(flag, /^\d{1,6}$/, "a whole number from 0");
  const path = call.options["web.config.file"];
  return {
    addresses: (call.options["web.listen-address"] as readonly string[]).map(parseListenAddress),
    maxRequests: count("web.max-requests"),
    maxConnections: count("web.max-connections"),
    timeoutOffsetSeconds: number("web.timeout-offset", /^\d{1,3}(\.\d+)?$/, "seconds, such as 0.5"),
    ...(typeof path === "string" && {
      webConfig: {
        path,
        load(files) {
          const config = loadWebConfig(files, path);
          if (config.tls !== undefined) host.checkTls(config.tls);
          return config;
        },
      },
    }),
  };
}
