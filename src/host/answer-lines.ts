import { readSync, writeSync } from "node:fs";

/** What a child program writes before anything else. */
export const readyLine = "ready\n";

/** To be called as soon as the program runs, before anything that can hang: from here on its parent counts. */
export function sayReady(): void {
  writeSync(1, readyLine);
}

/**
 * What a child program does all its life: it answers each line of its input with one line of JSON, and ends with its
 * parent, whose end of the pipe then closes.
 */
export function answerLines(answer: (line: string) => unknown): void {
  const chunk = Buffer.alloc(64 * 1024);
  let rest = Buffer.alloc(0);
  for (let got = next(chunk); got > 0; got = next(chunk)) {
    rest = Buffer.concat([rest, chunk.subarray(0, got)]);
    for (let end = rest.indexOf("\n"); end !== -1; end = rest.indexOf("\n")) {
      const line = rest.subarray(0, end).toString("utf8");
      rest = rest.subarray(end + 1);
      write(answer(line));
    }
  }
}

/** Ctrl-C reaches the whole terminal; when a child is to end is its parent's to say. */
export function leaveEndingToParent(): void {
  for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const)
    process.on(signal, () => undefined);
}

function next(chunk: Buffer): number {
  return readSync(0, chunk, 0, chunk.length, null);
}

function write(answer: unknown): void {
  const bytes = Buffer.from(`${JSON.stringify(answer)}\n`, "utf8");
  for (let written = 0; written < bytes.length;) written += writeSync(1, bytes, written);
}
