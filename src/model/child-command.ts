/** How a program ended: its code, or the signal that ended it. */
export type Ending =
  | { readonly kind: "code"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string };

/** `exit code 1` or `SIGKILL`. */
export function howOf(end: Ending): string {
  return end.kind === "code" ? `exit code ${end.code}` : end.signal;
}

/** A program that we started, in a process group of its own; what it prints goes to our stderr. */
export interface ChildCommand {
  readonly pid: number;
  /** How it ended; undefined while it runs. */
  ended(): Ending | undefined;
  /** SIGTERM to its group, and SIGKILL to what is left of it after `graceSeconds`. Resolves when it has ended. */
  stop(graceSeconds: number): Promise<void>;
}
