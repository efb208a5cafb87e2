import { prometheusAnswer, type HistorySeries, type Stretch } from "../generator/record.ts";
import type { Call } from "../model/command.ts";
import type { Host } from "../model/host.ts";
import { UserError } from "../model/user-error.ts";
import { secretIn } from "./header-file.ts";
import { isHttp } from "./load-options.ts";

/** What a Prometheus answers to a query, and what it warns of. */
export interface Told {
  readonly series: readonly HistorySeries[];
  readonly warnings: readonly string[];
}

/** A Prometheus-compatible API. Rejects with a phrase about what is wrong. */
export interface Prometheus {
  /** Without a name and password. */
  readonly url: string;
  instant(expression: string, time: number): Promise<Told>;
  range(expression: string, stretch: Stretch, step: number): Promise<Told>;
}

/** Why it could not be asked. */
export class PrometheusProblem extends Error {}

const timeoutSeconds = 120;
const mostBytes = 128 * 1024 * 1024;

/** The API that a call names, with what it is to be shown. */
export function prometheusOf(call: Call, host: Host, signal: AbortSignal): Prometheus {
  const url = String(call.options["from-prometheus"]).replace(/\/+$/, "");
  if (!isHttp(url) || new URL(url).username !== "" || new URL(url).search !== "") {
    const detail = `--from-prometheus takes an http or https URL without a name, a password or a query, not '${url.replace(/\/\/.*@/, "//…@")}'.`;
    throw new UserError("bad-usage", { command: "record", detail });
  }
  const headers = {
    accept: "application/json",
    "accept-encoding": "identity",
    "content-type": "application/x-www-form-urlencoded",
    "user-agent": "mlx-headroom",
    ...authorization(call, host),
    ...givenHeaders(call),
  };
  // By POST, which every such API takes: a query may be longer than an address may be.
  async function ask(path: string, form: Readonly<Record<string, string>>): Promise<Told> {
    const body = new URLSearchParams(form).toString();
    const request = { url: `${url}/api/v1/${path}`, headers, body, timeoutSeconds };
    const answer = prometheusAnswer(
      await host.exchange({ ...request, maxBytes: mostBytes }, signal),
    );
    if (answer.kind === "failed") throw new PrometheusProblem(answer.detail);
    return answer;
  }
  return {
    url,
    instant: (query, time) => ask("query", { query, time: String(time) }),
    range: (query, { start, end }, step) =>
      ask("query_range", {
        query,
        start: String(start),
        end: String(end),
        step: String(step),
      }),
  };
}

function authorization(call: Call, { files }: Host): Readonly<Record<string, string>> {
  const [tokenFlag, basicFlag] = ["prometheus.bearer-token-file", "prometheus.basic-auth-file"];
  const [tokenFile, basicFile] = [call.options[tokenFlag], call.options[basicFlag]];
  if (typeof tokenFile === "string" && typeof basicFile === "string") {
    const detail = `--${tokenFlag} and --${basicFlag} exclude each other.`;
    throw new UserError("bad-usage", { command: "record", detail });
  }
  if (typeof tokenFile === "string")
    return { authorization: `Bearer ${secretIn(files, tokenFile, `--${tokenFlag}`)}` };
  if (typeof basicFile !== "string") return {};
  const secret = secretIn(files, basicFile, `--${basicFlag}`);
  return { authorization: `Basic ${Buffer.from(secret).toString("base64")}` };
}

function givenHeaders(call: Call): Readonly<Record<string, string>> {
  const given = (call.options["prometheus.header"] ?? []) as readonly string[];
  return Object.fromEntries(
    given.map((text) => {
      const [, name = "", value = ""] =
        /^([A-Za-z0-9!#$%&'*+.^_`|~-]+)=([\x20-\x7e]*)$/.exec(text) ?? [];
      if (name !== "") return [name.toLowerCase(), value] as const;
      const detail = `--prometheus.header takes NAME=VALUE, such as X-Scope-OrgID=tenant.`;
      throw new UserError("bad-usage", { command: "record", detail });
    }),
  );
}
