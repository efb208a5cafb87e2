import { promisify } from "node:util";
import { gzip as gzipCallback } from "node:zlib";
import express, { type Express, type NextFunction, type Request, type Response } from "express";
import type { ConfigState, ReloadOutcome } from "../../model/config-state.ts";
import type { View } from "../../model/view.ts";
import type { WebConfig } from "../../model/web-config.ts";
import type { Admission } from "./admission.ts";
import { createLooking, type LookLimits } from "./looking.ts";
import type { Renderer } from "./registry.ts";
import { samplesOf } from "./samples.ts";
import { pagePolicy, statusPage, type PageFacts } from "./status-page.ts";
import type { Format } from "./text-format.ts";

export interface ServerOptions {
  readonly telemetryPath: string;
  /** Whether families with a pid label are published. */
  readonly perProcess: boolean;
  readonly version: string;
  /** Only answer requests that name the loopback: a page elsewhere must not read us through the browser. */
  readonly loopbackOnly: boolean;
  /** Who may ask, and what is sent along; absent: everybody who reaches the server may. */
  readonly entrance?: { readonly web: () => WebConfig; readonly admit: Admission };
  /** Absent: as many at a time as come, for as long as it takes. */
  readonly limits?: LookLimits;
  readonly facts: () => Omit<PageFacts, "config">;
  /** How the config file fared; absent without one. */
  readonly config?: () => ConfigState | undefined;
  /** Loads the config file again; absent where nobody may ask for that over HTTP. */
  readonly reload?: () => ReloadOutcome;
  /** Hears of what went wrong; the client is told only that something did. */
  readonly onError: (error: unknown) => void;
}

/** The level that costs least, three times less than 1 with the deflate of Node: an exposition shrinks elevenfold. */
const gzip = promisify<string, { readonly level: number }, Buffer>(gzipCallback);

/** Headers that a web config file may replace. */
const everywhere = { "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store" };
const onThePage = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": pagePolicy,
  "X-Frame-Options": "DENY",
};

/** The HTTP surface. It is handed a function that looks, and knows nothing of hosts. */
export function createServer(
  look: () => Promise<View>,
  ready: () => boolean,
  renderer: Renderer,
  options: ServerOptions,
): Express {
  const looking = createLooking(look, options.limits);
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use(async (request, response, next) => {
    const { entrance } = options;
    const web = entrance?.web();
    response.set({ ...everywhere, ...web?.headers });
    // No body is ever read; what is left of one ends the connection, lest it be taken for the next request.
    if (hasBody(request)) response.set("Connection", "close");
    if (options.loopbackOnly && !namesLoopback(request.headers.host ?? "")) {
      const sentence =
        "This exporter listens on the loopback address and answers only to that name.";
      plain(response, 403, sentence);
      return;
    }
    const caller = {
      authorization: request.headers.authorization,
      address: request.socket.remoteAddress ?? "",
    };
    const refusal = web && (await entrance?.admit(caller, web));
    if (refusal === undefined) next();
    else plain(response.set(refusal.headers), refusal.status, refusal.sentence);
  });

  /** Looks, and answers with what was seen. */
  const seen = (answer: (view: View, request: Request, response: Response) => Promise<void>) => {
    return async (request: Request, response: Response) => {
      const wait = request.get("X-Prometheus-Scrape-Timeout-Seconds");
      const refusal = await looking(wait, (view) => answer(view, request, response));
      if (refusal !== undefined) plain(response, 503, refusal);
    };
  };
  app.get(
    options.telemetryPath,
    seen(async (view, request, response) => {
      const samples = samplesOf(view, options.version, options.perProcess, options.config?.());
      const { contentType, text } = await renderer.render(samples, formatFor(request));
      response.set({ "Content-Type": contentType, Vary: "Accept, Accept-Encoding" });
      await compressed(request, response, text);
    }),
  );
  app.get("/-/healthy", (_request, response) => {
    plain(response, 200, "mlx-headroom is healthy.");
  });
  app.get("/-/ready", (_request, response) => {
    if (ready()) plain(response, 200, "mlx-headroom is ready.");
    else plain(response, 503, "Processes cannot be listed: see the log.");
  });
  app.post("/-/reload", (_request, response) => {
    const outcome = options.reload?.();
    if (outcome === undefined) {
      plain(response, 403, "Reloading over HTTP is off: start serve with --web.enable-lifecycle.");
    } else plain(response, outcome.ok ? 200 : 500, outcome.sentence);
  });
  app.all("/-/reload", (_request, response) => {
    plain(response.set("Allow", "POST"), 405, "A reload is asked for with POST.");
  });
  app.get(
    "/",
    seen(async (view, request, response) => {
      const unset = Object.entries(onThePage).filter(([name]) => !response.hasHeader(name));
      response.set({ ...Object.fromEntries(unset), Vary: "Accept-Encoding" });
      const facts = { ...options.facts(), config: options.config?.() };
      await compressed(request, response, statusPage(view, facts, options.telemetryPath));
    }),
  );
  app.use((_request, response) => {
    plain(
      response,
      404,
      `There is nothing here. Metrics are at ${options.telemetryPath}, a status page at /.`,
    );
  });
  // Express knows an error handler by its four parameters; its own would print a stack trace to the client.
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    options.onError(error);
    plain(response, 500, "This went wrong; the exporter's log says more.");
  });
  return app;
}

async function compressed(request: Request, response: Response, text: string): Promise<void> {
  if (request.acceptsEncodings("gzip") === "gzip") {
    response.set("Content-Encoding", "gzip").end(await gzip(text, { level: 2 }));
  } else response.end(text);
}

/** OpenMetrics when the scraper prefers a version of it that we write, as Prometheus does; text for everybody else. */
function formatFor(request: Request): Format {
  const open = "application/openmetrics-text; version=1.0.0";
  return request.accepts(["text/plain", open]) === open ? "openmetrics" : "text";
}

function hasBody(request: Request): boolean {
  const { "content-length": length = "0", "transfer-encoding": encoding } = request.headers;
  return encoding !== undefined || length !== "0";
}

function namesLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);
}

function plain(response: Response, status: number, sentence: string): void {
  response.status(status).set("Content-Type", "text/plain; charset=utf-8").end(`${sentence}\n`);
}
