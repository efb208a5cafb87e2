import type { ChildProcess } from "node:child_process";
import type { FileRead, RiskyFiles, RiskyRead } from "../model/host.ts";
import {
  killNow,
  startAnsweringChild,
  usualStartSeconds,
  type AnsweringChild,
} from "./answering-child.ts";
import { answersIn } from "./risky-answers.ts";

/** Readers at the same time, those that were given up and have not ended included: each takes memory. */
const mostReaders = 2;

interface Request {
  readonly path: string;
  readonly maxBytes: number;
  resolve(read: RiskyRead): void;
}

interface RiskyOptions {
  /** How long a child may take for one file, once it has started. */
  readonly patienceSeconds?: number;
  /** How long a child may take to start, after so many in a row that did not. */
  readonly startSeconds?: (failedStarts: number) => number;
  /** Ends a child, or tries to. */
  readonly kill?: (child: ChildProcess) => void;
}

/**
 * Reads in a child process, started when first needed. One that does not answer for `patienceSeconds` is killed and
 * given up: a read that hangs in the kernel can outlive SIGKILL, and must hold up nobody but itself. Its start is no
 * read: that may take long on a slow machine.
 */
export function realRiskyFiles(options: RiskyOptions = {}): RiskyFiles {
  const { patienceSeconds = 2, startSeconds = usualStartSeconds, kill = killNow } = options;
  let current: AnsweringChild<Request> | undefined;
  /** Children that live, whether they answer or not. */
  let living = 0;
  /** In a row. */
  let failedStarts = 0;

  function ask(requests: readonly Request[]): void {
    if (requests.length === 0) return;
    if (current === undefined && living < mostReaders) {
      living += 1;
      const reader = startAnsweringChild<Request, FileRead>(readerOptions(), {
        onReady() {
          if (current === reader) failedStarts = 0;
        },
        onNotStarted(unanswered) {
          failedStarts += 1;
          if (current === reader) current = undefined;
          for (const request of unanswered) request.resolve({ kind: "blocked" });
        },
        onAnswer(request, read) {
          request.resolve(read);
        },
        onGivenUp(blocked, unanswered) {
          blocked.resolve({ kind: "blocked" });
          if (current === reader) current = undefined;
          ask(unanswered);
        },
        onEnd(message, unanswered) {
          living -= 1;
          if (current === reader) current = undefined;
          for (const request of unanswered) request.resolve({ kind: "failed", message });
        },
      });
      current = reader;
    }
    if (current === undefined) for (const request of requests) request.resolve({ kind: "blocked" });
    else current.ask(requests);
  }

  function readerOptions() {
    return {
      program: "./risky-reader.js",
      heapMegabytes: 16,
      startSeconds: startSeconds(failedStarts),
      patienceSeconds: () => patienceSeconds,
      kill,
      write: ({ path, maxBytes }: Request) => `${JSON.stringify([path, maxBytes])}\n`,
      answersIn,
    };
  }

  return {
    read(wanted) {
      const answers: Promise<RiskyRead>[] = [];
      const requests = wanted.map(({ path, maxBytes }): Request => {
        let resolve: Request["resolve"] = () => undefined;
        answers.push(new Promise((settle) => (resolve = settle)));
        return { path, maxBytes, resolve };
      });
      ask(requests);
      return Promise.all(answers);
    },
    close() {
      current?.close();
    },
  };
}
