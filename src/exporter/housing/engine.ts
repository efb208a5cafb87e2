import type { Exchange } from "../../model/exchange.ts";
import type { EngineState } from "../../model/engine-news.ts";
import type { Host } from "../../model/host.ts";
import { within } from "../../model/within.ts";
import {
  apiVersion,
  type EngineEvent,
  type Inspected,
  parseEvent,
  parseInspect,
} from "./engine-answers.ts";

/** Why nothing was learnt of a container. */
type Unanswered =
  /** There is no such container, or no engine that could have it. */
  | { readonly kind: "absent" }
  /** The engine did not answer, or is left alone because it did not lately. */
  | { readonly kind: "unreachable" };

/** What an engine answers when asked about a container. */
export type Found = { readonly kind: "known"; readonly inspected: Inspected } | Unanswered;

type Greeted = { readonly kind: "ready"; readonly version: string } | Unanswered;

/** One container engine behind its socket. */
export interface Engine {
  inspect(id: string): Promise<Found>;
  /** Call once a second: follows its events, and comes back to it after a while when it went away. */
  tick(): void;
  /** Whether it answered last time; undefined where it has no socket, and nobody said that it has. */
  readonly answers: () => boolean | undefined;
  close(): void;
}

export interface EngineHooks {
  readonly onEvent: (event: EngineEvent) => void;
  /** It answers, for the first time or again: what was not known may be now, and what was known may have changed. */
  readonly onReached: () => void;
  readonly onNews: (news: EngineNewsOfOne) => void;
}

type EngineNewsOfOne = Exclude<EngineState, { kind: "nowhere" }>;

/** Where an engine listens, or may. */
interface Place {
  readonly socketPath: string;
  /** Whether somebody named it; else nothing is said of it as long as it is not there. */
  readonly isExpected: boolean;
}

const answerSeconds = 1;
/** The first answer may take the start of a service that systemd has on demand, and of what Podman asks for its versions. */
const greetingSeconds = 5;
const answerBytes = 1024 * 1024;
/** An event repeats the labels of its container. */
const eventBytes = 2 * 1024 * 1024;
const shortestPause = 1;
const longestPause = 60;
/** An engine whose events came for this long is a good one. */
const steadySeconds = 30;

const filters = encodeURIComponent(JSON.stringify({ type: ["container"] }));

/**
 * Asks an engine, with GET and nothing else: its socket would permit everything. One that hangs or refuses is left alone
 * for a second, then for two, up to a minute. What happened in between is asked for afterwards, as far as it remembers.
 */
export function createEngine(
  host: Host,
  { socketPath, isExpected }: Place,
  hooks: EngineHooks,
): Engine {
  const closing = new AbortController();
  let failures = 0;
  let nextAt = -Infinity;
  let version: string | undefined;
  let greeting: Promise<Greeted> | undefined;
  let isLate = false;
  let following = false;
  let answering: boolean | undefined;
  let told: string | undefined;
  /** Of the last event that was heard; before any, when this engine was first thought of. */
  let heardUntil = host.clock.unixSeconds();

  const now = () => host.clock.monotonicSeconds();

  function tell(news: EngineNewsOfOne): void {
    const key = news.kind === "reached" ? news.kind : `${news.kind} ${news.detail}`;
    if (key !== told) hooks.onNews(news);
    told = key;
  }

  function fail(detail: string): void {
    version = undefined;
    // Of several that fail together one is enough.
    if (closing.signal.aborted || now() < nextAt) return;
    nextAt = now() + Math.min(longestPause, shortestPause * 2 ** failures);
    failures += 1;
    answering = false;
    tell({ kind: "unreachable", socket: socketPath, detail });
  }

  function get(path: string, timeoutSeconds = answerSeconds): Promise<Exchange> {
    const request = { url: `http://engine${path}`, headers: {}, socketPath };
    const limits = { timeoutSeconds, maxBytes: answerBytes };
    return host.exchange({ ...request, ...limits }, closing.signal);
  }

  /** Makes sure that an engine is there, and which version of its API it speaks; several wait for one answer. */
  function greet(): Promise<Greeted> {
    if (version !== undefined) return Promise.resolve({ kind: "ready", version });
    greeting ??= ask().finally(() => {
      greeting = undefined;
      isLate = false;
    });
    return greeting;

    async function ask(): Promise<Greeted> {
      if (closing.signal.aborted || now() < nextAt) return { kind: "unreachable" };
      if (!host.files.exists(socketPath)) {
        // A system call a second tells when it appears.
        answering = isExpected ? false : undefined;
        if (isExpected) tell({ kind: "unreachable", socket: socketPath, detail: "ENOENT" });
        return { kind: "absent" };
      }
      const answer = await get("/version", greetingSeconds);
      const spoken = isSuccess(answer) ? apiVersion(answer.body.toString("utf8")) : undefined;
      if (spoken === undefined) {
        fail(complaint(answer));
        return { kind: "unreachable" };
      }
      version = spoken;
      answering = true;
      tell({ kind: "reached", socket: socketPath });
      hooks.onReached();
      return { kind: "ready", version: spoken };
    }
  }

  /** For whoever waits no longer than for any other answer; after one who did in vain, nobody waits for that greeting. */
  async function greetSoon(): Promise<Greeted> {
    let soon: Greeted = { kind: "unreachable" };
    if (isLate) return soon;
    const greeted = greet().then((answer) => {
      soon = answer;
    });
    await within(host.clock, greeted, answerSeconds);
    isLate = greeting !== undefined;
    return soon;
  }

  async function followEvents(): Promise<void> {
    const greeted = await greet();
    if (greeted.kind !== "ready" || closing.signal.aborted) return;
    const began = now();
    const since = heardUntil;
    const ended = await host.follow(
      {
        url: `http://engine/v${greeted.version}/events?since=${since.toFixed(9)}&filters=${filters}`,
        headers: {},
        socketPath,
        timeoutSeconds: answerSeconds,
        maxLineBytes: eventBytes,
      },
      (line) => {
        const event = parseEvent(line);
        // What is asked for again begins with what was heard last.
        if (event === undefined || event.at === since) return;
        if (event.at > 0) heardUntil = event.at;
        hooks.onEvent(event);
      },
      closing.signal,
    );
    if (now() - began >= steadySeconds) failures = 0;
    fail(ended.kind === "failed" ? ended.code : `events ${ended.kind}`);
  }

  return {
    async inspect(id) {
      const greeted = await greetSoon();
      if (greeted.kind !== "ready") return greeted;
      const answer = await get(`/v${greeted.version}/containers/${id}/json`);
      if (answer.kind !== "answered" && answer.kind !== "too_large") {
        fail(complaint(answer));
        return { kind: "unreachable" };
      }
      failures = 0;
      const inspected = isSuccess(answer) ? parseInspect(answer.body.toString("utf8")) : undefined;
      // One container with too much to say, or none of that id, says nothing against its engine.
      return inspected === undefined ? { kind: "absent" } : { kind: "known", inspected };
    },
    tick() {
      if (now() < nextAt) return;
      if (following) {
        // Events come, and a question was not answered: whoever asked hears of it when the next one is.
        void greet();
        return;
      }
      following = true;
      void followEvents().finally(() => (following = false));
    },
    answers: () => answering,
    close() {
      closing.abort();
    },
  };
}

function isSuccess(answer: Exchange): answer is Exchange & { readonly kind: "answered" } {
  return answer.kind === "answered" && answer.status === 200;
}

/** Words of ours, of the system or a number; nothing of the answer. */
function complaint(answer: Exchange): string {
  if (answer.kind === "failed") return answer.code;
  return answer.kind === "answered" ? `HTTP ${answer.status}` : answer.kind;
}
