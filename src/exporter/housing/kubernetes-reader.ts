import type { Exchange, Followed } from "../../model/exchange.ts";
import type { Host } from "../../model/host.ts";
import type { ApiServerOptions, KubernetesState } from "../../model/kubernetes.ts";
import { type KnownPod, parsePodEvent, parsePodPage } from "./kubernetes-answers.ts";
import { mostPods } from "./kubernetes-pods.ts";
import { destination, listPath, watchPath } from "./kubernetes-requests.ts";

/** What came of one request, as far as the next one depends on it. */
export type Step =
  /** It worked; a watch ended in peace. */
  | { readonly kind: "fine" }
  /** The server keeps nothing from so long ago, or its list of pages is gone. */
  | { readonly kind: "expired" }
  | Exclude<KubernetesState, { kind: "asked" }>;

export interface PodReader {
  /** All pods of the node. */
  list(): Promise<{ readonly kind: "listed"; readonly pods: readonly KnownPod[] } | Step>;
  /** Follows what happens to them for so long, from where it knows everything. */
  watch(seconds: number): Promise<Step>;
  /** Whether there is a place from which a watch can go on. */
  canGoOn(): boolean;
}

export interface PodListener {
  seen(pod: KnownPod): void;
  gone(pod: KnownPod): void;
  /** The server answers a watch. */
  begun(): void;
}

const listTimeoutSeconds = 30;
const maxPageBytes = 16 * 1024 * 1024;
/** Until a watch begins to be answered. */
const beginSeconds = 10;
/** A server that sends bookmarks does so about once a minute: after this the connection is dead. */
const silenceSeconds = 150;
const maxEventBytes = 4 * 1024 * 1024;

/** Asks one question at a time, each on a connection of its own with the token of that moment. */
export function createPodReader(
  host: Host,
  options: ApiServerOptions,
  closing: AbortSignal,
  listener: PodListener,
): PodReader {
  let version: string | undefined;
  /** Only the first list may be an old one: later ones must not take back what is known. */
  let cached = true;

  return {
    canGoOn: () => version !== undefined,
    async list() {
      const pods: KnownPod[] = [];
      let next: string | undefined;
      let listed: string | undefined;
      do {
        const page = next === undefined ? { cached } : { next };
        const answer = await ask(listPath(options.node, page));
        if (answer.kind !== "answered" || answer.status !== 200) {
          const step = stepOf(answer);
          if (step.kind === "expired") cached = false;
          return step;
        }
        const read = parsePodPage(answer.body.toString("utf8"));
        if (read === undefined) return { kind: "unclear" };
        pods.push(...read.pods);
        next = read.next;
        listed = read.version;
      } while (next !== undefined && pods.length < mostPods);
      cached = false;
      version = listed;
      return { kind: "listed", pods };
    },
    async watch(seconds) {
      if (version === undefined) return { kind: "expired" };
      const path = watchPath(options.node, version, seconds);
      const over = new AbortController();
      const signal = AbortSignal.any([closing, over.signal]);
      const progress: { failed?: Step; began: boolean } = { began: false };
      const begin = () => {
        if (!progress.began) listener.begun();
        progress.began = true;
      };
      const fail = (step: Step) => {
        progress.failed = step;
        over.abort();
      };
      // On a quiet node nothing comes for a minute, and yet the watch is well.
      const stopWaiting = host.clock.every(beginSeconds + 1, begin);
      const onLine = (line: string) => {
        if (progress.failed !== undefined) return;
        const event = parsePodEvent(line);
        if (event.kind === "expired") {
          version = undefined;
          fail({ kind: "expired" });
          return;
        }
        if (event.kind === "error") {
          fail({ kind: "refused", status: event.code });
          return;
        }
        begin();
        if (event.kind === "unknown") return;
        version = event.version;
        if (event.kind !== "bookmark") listener[event.kind](event.pod);
      };
      const ended = await follow(path, onLine, signal).finally(stopWaiting);
      if (progress.failed !== undefined) return progress.failed;
      if (ended.kind === "ended" || (progress.began && ended.kind === "timeout"))
        return { kind: "fine" };
      // What is too long to read is got by a list.
      if (ended.kind === "too_large") version = undefined;
      const step = stepOf(ended);
      if (step.kind === "expired") version = undefined;
      return step;
    },
  };

  function ask(path: string): Promise<Exchange> {
    return settled(() =>
      host.exchange(
        {
          ...destination(host.files, options, path),
          timeoutSeconds: listTimeoutSeconds,
          maxBytes: maxPageBytes,
        },
        closing,
      ),
    );
  }

  function follow(path: string, onLine: (line: string) => void, signal: AbortSignal) {
    const to = destination(host.files, options, path);
    return settled<Followed>(() =>
      host.follow(
        { ...to, timeoutSeconds: beginSeconds, silenceSeconds, maxLineBytes: maxEventBytes },
        onLine,
        signal,
      ),
    );
  }
}

type Failed = { readonly kind: "failed"; readonly code: string };

/** Node throws where authorities are no certificates. */
export async function settled<T>(request: () => Promise<T>): Promise<T | Failed> {
  try {
    return await request();
  } catch (error) {
    return { kind: "failed", code: (error as NodeJS.ErrnoException).code ?? "unknown" };
  }
}

/** What came of a request that was not answered with what was asked for. */
export function stepOf(answer: Exchange | Followed): Step {
  switch (answer.kind) {
    case "answered":
    case "refused":
      return answer.status === 410
        ? { kind: "expired" }
        : { kind: "refused", status: answer.status };
    case "failed":
      return { kind: "unreachable", code: answer.code };
    case "ended":
    case "cancelled":
      return { kind: "fine" };
    case "timeout":
      return { kind: "unreachable", code: "ETIMEDOUT" };
    case "too_large":
      return { kind: "unclear" };
  }
}
