import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import type { FileRead, RiskyFiles, RiskyRead } from "../model/host.ts";
import { answersIn } from "./risky-answers.ts";

/** Readers at the same time, those that were given up and have not ended included: each takes memory. */
const mostReaders = 2;

interface Request {
  readonly path: string;
  readonly maxBytes: number;
  resolve(read: RiskyRead): void;
}

interface RiskyOptions {
  /** How long a child may take for one file. */
  readonly patienceSeconds?: number;
  /** Ends a child, or tries to. */
  readonly kill?: (child: ChildProcess) => void;
}

function killNow(child: ChildProcess): void {
  child.kill("SIGKILL");
}

interface Reader {
  ask(requests: readonly Request[]): void;
  close(): void;
}

/**
 * Reads in a child process, started when first needed. One that does not answer for `patienceSeconds` is killed and
 * given up: a read that hangs in the kernel can outlive SIGKILL, and must hold up nobody but itself.
 */
export function realRiskyFiles(options: RiskyOptions = {}): RiskyFiles {
  const { patienceSeconds = 2, kill = killNow } = options;
  let current: Reader | undefined;
  /** Children that live, whether they answer or not. */
  let living = 0;

  function ask(requests: readonly Request[]): void {
    if (requests.length === 0) return;
    if (current === undefined && living < mostReaders) {
      living += 1;
      const reader = startReader(patienceSeconds, kill, {
        onGivenUp(unanswered) {
          if (current === reader) current = undefined;
          ask(unanswered);
        },
        onEnd() {
          living -= 1;
          if (current === reader) current = undefined;
        },
      });
      current = reader;
    }
    if (current === undefined) for (const request of requests) request.resolve({ kind: "blocked" });
    else current.ask(requests);
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

function startReader(
  patienceSeconds: number,
  kill: (child: ChildProcess) => void,
  tell: { onGivenUp(unanswered: readonly Request[]): void; onEnd(): void },
): Reader {
  const program = fileURLToPath(new URL("./risky-reader.js", import.meta.url));
  // It holds one command line at a time: a small heap is plenty.
  const flags = ["--max-old-space-size=16", "--max-semi-space-size=1", "--v8-pool-size=0"];
  const child = spawn(process.execPath, [...flags, program], {
    stdio: ["pipe", "pipe", "ignore"],
    env: {},
  });
  const streams = [child.stdin, child.stdout] as unknown as readonly Socket[];
  const waiting: Request[] = [];
  let watchdog: NodeJS.Timeout | undefined;
  let ended = false;

  /** An idle reader must not keep the program running; one that owes an answer must. */
  function watch(): void {
    clearTimeout(watchdog);
    for (const handle of [child, ...streams]) {
      if (waiting.length > 0) handle.ref();
      else handle.unref();
    }
    if (waiting.length > 0) watchdog = setTimeout(giveUp, patienceSeconds * 1000);
  }

  function giveUp(): void {
    const [blocked, ...unanswered] = waiting.splice(0);
    kill(child);
    watch();
    blocked?.resolve({ kind: "blocked" });
    tell.onGivenUp(unanswered);
  }

  function end(message: string): void {
    if (ended) return;
    ended = true;
    const read: FileRead = { kind: "failed", message };
    for (const request of waiting.splice(0)) request.resolve(read);
    clearTimeout(watchdog);
    tell.onEnd();
  }

  child.once("error", (error) => {
    end(error.message);
  });
  child.once("exit", () => {
    end("the reader ended");
  });
  // Its end is told by "exit"; a pipe that breaks before that is no news.
  child.stdin.on("error", () => undefined);
  child.stdout.on(
    "data",
    answersIn((read) => {
      waiting.shift()?.resolve(read);
      watch();
    }),
  );
  return {
    ask(requests) {
      waiting.push(...requests);
      child.stdin.write(
        requests.map(({ path, maxBytes }) => `${JSON.stringify([path, maxBytes])}\n`).join(""),
      );
      watch();
    },
    close() {
      kill(child);
    },
  };
}
