import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";

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
  /** How long it may take for the next answer. */
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
  let ended = false;

  /** An idle child must not keep the program running; one that owes an answer must. */
  function watch(): void {
    clearTimeout(watchdog);
    for (const handle of [child, ...streams]) {
      if (waiting.length > 0) handle.ref();
      else handle.unref();
    }
    if (waiting.length > 0) watchdog = setTimeout(giveUp, options.patienceSeconds() * 1000);
  }

  function giveUp(): void {
    const [blocked, ...unanswered] = waiting.splice(0);
    options.kill(child);
    watch();
    if (blocked !== undefined) tell.onGivenUp(blocked, unanswered);
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
  child.stdout.on(
    "data",
    options.answersIn((answer) => {
      const question = waiting.shift();
      watch();
      if (question !== undefined) tell.onAnswer(question, answer);
    }),
  );
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
