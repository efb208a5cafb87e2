import type { Output } from "../model/command.ts";
import type { Host } from "../model/host.ts";
import type { Comparison } from "./compile-diff.ts";
import type { Mode } from "./compile-modes.ts";
import { reportCheck, reportDiff, reportDryRun, reportWritten } from "./compile-report.ts";
import type { Format } from "./compile-report.ts";

/** Does with the files what was asked for, and says so; the exit code. */
export function deliver(
  mode: Mode,
  comparison: Comparison,
  { out, format }: { readonly out: string; readonly format: Format },
  host: Host,
  output: Output,
): number {
  switch (mode) {
    case "check":
      return reportCheck(comparison, format, output);
    case "diff":
      reportDiff(comparison, format, output);
      return 0;
    case "dry-run":
      reportDryRun(comparison, format, output);
      return 0;
    case "write":
      write(comparison, out, host);
      reportWritten(comparison, out, format, output);
      return 0;
  }
}

/** Only what changed: the others keep their times, which some programs go by. */
function write({ states, artifacts }: Comparison, out: string, host: Host): void {
  const stateOf = new Map(states.map(({ path, state }) => [path, state]));
  const changed = artifacts.filter(({ path }) => stateOf.get(path) !== "same");
  const stale = states.filter(({ state }) => state === "leftover").map(({ path }) => path);
  host.writer.writeAll(out, changed, stale);
}
