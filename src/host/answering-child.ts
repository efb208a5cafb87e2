import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { readyLine } from "./answer-lines.ts";

/**
 * How long a child may take to start, after so many in a row that did not. A machine that swaps, or a quota of CPU, makes
 * Node's start take many seconds: whoever gives up too early starts the same child again and again, for ever.
 */
export function usualStartSeconds(failedStarts: number): number {
  return 30 * 2 ** Math.min(failedStarts, 4);
}

/** Stretches that patience is counted in. */
const stretches = 4;

/** A program of ours that runs as a child and answers what it is asked, one answer for each question, in order. */
export interface AnsweringChild<Question> {
  ask(questions: readonly Question[]): void;
  /** Ends the child, or tries to; what it owes is not waited for. */
  close(): void;
}

export interface ChildOptions<Question, Answer> {
  /** Beside this file. */
  readonly program: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly heapMegabytes: number;
  /** How long it may take to start. */
  readonly startSeconds: number;
  /** How long it may take for the next answer, once it has started. */
  patienceSeconds(): number;
  /** Ends a child, or tries to. */
  kill(child: ChildProcess): void;
  /** One question as the child reads it, its line feed included. */
  write(question: Question): string;
  /** Puts answers together from chunks of any size. */
  answersIn(tell: (answer: Answer) => void): (chunk: Buffer) => void;
}

export interface ChildEvents<Question, Answer> {
  onAnswer(question: Question, answer: Answer): void;
  /** It runs, and reads what it is asked. */
  onReady(): void;
  /** It did not start in time and was killed, which says nothing of what it was to be asked. */
  onNotStarted(unanswered: readonly Question[]): void;
  /** It did not answer in time and was killed; it may live on all the same. */
  onGivenUp(blocked: Question, unanswered: readonly Question[]): void;
  /** It is gone, and owed these. */
  onEnd(message: string, unanswered: readonly Question[]): void;
}

export function killNow(child: ChildProcess): void {
  child.kill("SIGKILL");
}

/**
 * Starts the program. When it does not answer in time it is killed and given up: what hangs in the kernel can outlive
 * SIGKILL, and must hold up nobody but itself.
 */
export function startAnsweringChild<Question, Answer>(
  options: ChildOptions<Question, Answer>,
  tell: ChildEvents<Question, Answer>,
): AnsweringChild<Question> {
  const program = fileURLToPath(new URL(options.program, import.meta.url));
  // It holds one question at a time: a small heap is plenty.
  const flags = [
    `--max-old-space-size=${options.heapMegabytes}`,
    "--max-semi-space-size=1",
    "--v8-pool-size=0",
  ];
  const child = spawn(process.execPath, [...flags, program, ...(options.args ?? [])], {
    stdio: ["pipe", "pipe", "ignore"],
    env: options.env ?? {},
  });
  const streams = [child.stdin, child.stdout] as unknown as readonly Socket[];
  const waiting: Question[] = [];
  let watchdog: NodeJS.Timeout | undefined;
  let ready = false;
  let ended = false;

  /** An idle child must not keep the program running; one that owes an answer must. */
  function watch(): void {
    clearTimeout(watchdog);
    for (const handle of [child, ...streams]) {
      if (waiting.length > 0) handle.ref();
      else handle.unref();
    }
    if (waiting.length > 0) wait(stretches);
  }

  /**
   * One stretch after the other: where this program was held up itself, by a pause or for want of CPU, the whole time
   * counts as one, and what the child has answered meanwhile is read before it is given up.
   */
  function wait(left: number): void {
    const seconds = ready ? options.patienceSeconds() : options.startSeconds;
    watchdog = setTimeout(
      () => {
        if (left === 1) giveUp();
        else wait(left - 1);
      },
      (seconds * 1000) / stretches,
    );
  }

  function giveUp(): void {
    const owed = waiting.splice(0);
    options.kill(child);
    watch();
    const [blocked, ...unanswered] = owed;
    if (!ready) tell.onNotStarted(owed);
    else if (blocked !== undefined) tell.onGivenUp(blocked, unanswered);
  }

  function begin(): void {
    ready = true;
    watch();
    tell.onReady();
  }

  function end(message: string): void {
    if (ended) return;
    ended = true;
    clearTimeout(watchdog);
    tell.onEnd(message, waiting.splice(0));
  }

  child.once("error", (error) => {
    end(error.message);
  });
  child.once("exit", () => {
    end("the child ended");
  });
  // Its end is told by "exit"; a pipe that breaks before that is no news.
  child.stdin.on("error", () => undefined);
  const take = options.answersIn((answer) => {
    const question = waiting.shift();
    watch();
    if (question !== undefined) tell.onAnswer(question, answer);
  });
  child.stdout.on("data", afterReadyLine(begin, take));
  return {
    ask(questions) {
      const isIdle = waiting.length === 0;
      waiting.push(...questions);
      child.stdin.write(questions.map((question) => options.write(question)).join(""));
      // Whoever asks again and again must not put off the end of a child that hangs.
      if (isIdle) watch();
    },
    close() {
      options.kill(child);
      clearTimeout(watchdog);
      for (const handle of [child, ...streams]) handle.unref();
    },
  };
}

/** Says once that the first line has come, and passes on what follows it. */
function afterReadyLine(begin: () => void, take: (chunk: Buffer) => void): (chunk: Buffer) => void {
  let left = readyLine.length;
  return (chunk) => {
    const rest = chunk.subarray(left);
    if (left > 0) {
      left = Math.max(0, left - chunk.length);
      if (left === 0) begin();
    }
    if (rest.length > 0) take(rest);
  };
}
