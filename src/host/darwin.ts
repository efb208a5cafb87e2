import type { ChildProcess } from "node:child_process";
import type { DarwinNative, NativeAnswer, NativeOff, NativeProcess } from "../model/darwin.ts";
import { killNow } from "./answering-child.ts";
import type { Arguments } from "./darwin-arguments.ts";
import { keepChild, linkerEnvironment } from "./kept-child.ts";

export interface DarwinOptions {
  /** A library to load instead of the machine's. */
  readonly libraryPath?: string | undefined;
  /** How long a child may take: for its first answer, and for each after. */
  readonly firstPatienceSeconds?: number;
  readonly patienceSeconds?: number;
  /** Ends a child, or tries to. */
  readonly kill?: (child: ChildProcess) => void;
}

/** What the child is asked. */
export type DarwinQuestion = readonly ["sample" | "commandLines", readonly number[]];

/** What it answers, when it does: processes, or pids with their arguments. */
export interface DarwinReply {
  readonly kind: "answered";
  readonly value: readonly NativeProcess[] | readonly (readonly [number, Arguments])[];
}

/**
 * Calls libSystem in a child process, started at the first question and kept. Off macOS there is nothing to call, unless
 * a library is named.
 */
export function realDarwin(options: DarwinOptions = {}): DarwinNative {
  const { libraryPath, firstPatienceSeconds = 20, patienceSeconds = 5, kill = killNow } = options;
  if (libraryPath === undefined && process.platform !== "darwin") return nowhere;
  const child = keepChild<DarwinQuestion, DarwinReply, NativeOff>({
    program: "./darwin-child.js",
    args: libraryPath === undefined ? [] : [libraryPath],
    env: linkerEnvironment(),
    firstPatienceSeconds,
    patienceSeconds,
    kill,
    write: (question) => `${JSON.stringify(question)}\n`,
  });
  return {
    async sample(pids) {
      return (await child.ask(["sample", pids])) as NativeAnswer<readonly NativeProcess[]>;
    },
    async commandLines(pids) {
      const answers = await Promise.all(
        inPortions(pids).map((portion) => child.ask(["commandLines", portion])),
      );
      const lines = new Map<number, Arguments>();
      for (const answer of answers) {
        if (answer.kind !== "answered") return answer;
        for (const [pid, line] of answer.value as readonly (readonly [number, Arguments])[])
          lines.set(pid, line);
      }
      return { kind: "answered", value: lines };
    },
    close() {
      child.close();
    },
  };
}

/** An answer that holds the longest arguments that there may be still fits the child's small heap. */
const portionPids = 16;

function inPortions(pids: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(pids.length / portionPids) }, (_, index) =>
    pids.slice(index * portionPids, (index + 1) * portionPids),
  );
}

const nowhere: DarwinNative = {
  sample: () => Promise.resolve(notHere),
  commandLines: () => Promise.resolve(notHere),
  close: () => undefined,
};
const notHere = { kind: "off", why: "no_library", detail: "this is not macOS" } as const;
