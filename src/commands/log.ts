import type { Log, LogLevel } from "../model/log.ts";

const order: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** Makes a log of lines at `level` and above, as logfmt or JSON, one line each. */
export function createLog(
  write: (line: string) => void,
  now: () => number,
  level: LogLevel,
  format: "logfmt" | "json",
): Log {
  return {
    write(lineLevel, message, facts = {}) {
      if (order.indexOf(lineLevel) < order.indexOf(level)) return;
      const line = {
        ts: new Date(now() * 1000).toISOString(),
        level: lineLevel,
        msg: message,
        ...facts,
      };
      write(`${format === "json" ? JSON.stringify(line) : logfmt(line)}\n`);
    },
  };
}

function logfmt(line: Readonly<Record<string, string | number>>): string {
  return Object.entries(line)
    .map(([key, value]) => `${key}=${quoted(String(value))}`)
    .join(" ");
}

/** Quotes a value that holds anything but plain characters, so that no value can forge a second line. */
function quoted(text: string): string {
  return /^[\w.:/@-]+$/.test(text) ? text : JSON.stringify(text);
}
