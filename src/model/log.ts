export type LogLevel = "debug" | "info" | "warn" | "error";

/** A line of the log: what happened, and the facts as keys and values. Never a command line of another process. */
export interface Log {
  write(level: LogLevel, message: string, facts?: Readonly<Record<string, string | number>>): void;
}
