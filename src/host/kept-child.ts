import type { ChildProcess } from "node:child_process";
import type { Reason } from "../model/figure.ts";
import { startAnsweringChild, usualStartSeconds, type AnsweringChild } from "./answering-child.ts";
import { jsonLinesIn } from "./json-lines.ts";

/** What came instead of an answer. */
export type Setback<Off> =
  /** Asking again cannot mend it. */
  | { readonly kind: "off"; readonly why: Off; readonly detail: string }
  | { readonly kind: "failed"; readonly reason: Reason; readonly detail: string }
  /** A call hangs, or did a moment ago. */
  | { readonly kind: "blocked" };

export interface KeptChildOptions<Question> {
  /** Beside this file; it answers lines with lines of JSON. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** How long a child that has started may take: for its first answer, and for each after. */
  readonly firstPatienceSeconds: number;
  readonly patienceSeconds: number;
  /** Ends a child, or tries to. */
  readonly kill: (child: ChildProcess) => void;
  /** One question as the child reads it, its line feed included. */
  write(question: Question): string;
}

/** A child that calls into a library of the system's, which may hang, crash or lie. */
export interface KeptChild<Question, Answer> {
  /** Never rejects. */
  ask(question: Question): Promise<Answer>;
  /** Waits for nothing. */
  close(): void;
}

/** Children at the same time, those that were given up and have not ended included: each takes memory. */
const mostChildren = 2;

/** How long to wait before another child is started, after so many in a row that came to nothing. */
const backOffSeconds = [1, 2, 4, 8, 15, 30, 60] as const;

interface Owed<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
}

/**
 * Asks a child that is started at the first question and kept. One that does not answer in time is killed and given up,
 * and the next one waits a while longer each time. What is `off` is not asked again.
 */
export function keepChild<Question, Answer extends { readonly kind: string }, Off>(
  options: KeptChildOptions<Question>,
): KeptChild<Question, Answer | Setback<Off>> {
  type Any = Answer | Setback<Off>;
  type Asked = Owed<Question, Any>;
  let child: AnsweringChild<Asked> | undefined;
  let answered = false;
  /** Children that live, whether they answer or not. */
  let living = 0;
  let failures = 0;
  /** In a row. */
  let failedStarts = 0;
  let notBefore = -Infinity;
  /** What is said while no child is asked. */
  let said: Setback<Off> = { kind: "blocked" };
  /** What the child that is asked owes. */
  const owed = new Set<Asked>();

  /** Whatever went wrong, a new child finds it mended first: a new driver, a device that is back. */
  function setBack(setback: Setback<Off>): void {
    said = setback;
    child?.close();
    child = undefined;
    notBefore = seconds() + (backOffSeconds[Math.min(failures, backOffSeconds.length - 1)] ?? 60);
    failures += 1;
    const unanswered = [...owed];
    owed.clear();
    for (const { resolve } of unanswered) resolve(setback);
  }

  function start(): AnsweringChild<Asked> {
    living += 1;
    answered = false;
    const started: AnsweringChild<Asked> = startAnsweringChild<Asked, Any>(
      {
        ...options,
        heapMegabytes: 32,
        startSeconds: usualStartSeconds(failedStarts),
        patienceSeconds: () => (answered ? options.patienceSeconds : options.firstPatienceSeconds),
        write: ({ question }) => options.write(question),
        answersIn: (tell) =>
          jsonLinesIn((line) => {
            tell(line as Any);
          }),
      },
      {
        onReady: () => {
          if (child === started) failedStarts = 0;
        },
        onNotStarted: () => {
          if (child !== started) return;
          failedStarts += 1;
          setBack({ kind: "blocked" });
        },
        onAnswer(asked, answer) {
          // One that was given up may have had more to say.
          if (child !== started) return;
          if (isSetback(answer)) setBack(answer);
          else {
            answered = true;
            failures = 0;
            owed.delete(asked);
            asked.resolve(answer);
          }
        },
        onGivenUp: () => {
          if (child === started) setBack({ kind: "blocked" });
        },
        onEnd: (message) => {
          living -= 1;
          if (child === started) setBack({ kind: "failed", reason: "error", detail: message });
        },
      },
    );
    return started;
  }

  return {
    ask(question) {
      if (said.kind === "off") return Promise.resolve(said);
      if (child === undefined) {
        if (seconds() < notBefore) return Promise.resolve(said);
        if (living >= mostChildren) return Promise.resolve({ kind: "blocked" });
        child = start();
      }
      let resolve: (answer: Any) => void = () => undefined;
      const answer = new Promise<Any>((settled) => (resolve = settled));
      const asked = { question, resolve };
      owed.add(asked);
      child.ask([asked]);
      return answer;
    },
    close() {
      child?.close();
    },
  };
}

function isSetback<Off>(answer: { readonly kind: string } | Setback<Off>): answer is Setback<Off> {
  return answer.kind === "off" || answer.kind === "failed" || answer.kind === "blocked";
}

function seconds(): number {
  return performance.now() / 1000;
}

/** Where the linker looks for libraries is the one thing of our environment that such a child needs. */
export function linkerEnvironment(): Readonly<Record<string, string>> {
  const path = process.env["LD_LIBRARY_PATH"];
  return path === undefined ? {} : { LD_LIBRARY_PATH: path };
}
