import { review } from "../generator/generator.ts";
import type { Made } from "../generator/generator.ts";
import type { Output } from "../model/command.ts";
import type { Host } from "../model/host.ts";
import type { Comparison } from "./compile-diff.ts";
import type { Mode } from "./compile-modes.ts";
import {
  reportAdvice,
  reportCheck,
  reportDiff,
  reportDryRun,
  reportWritten,
} from "./compile-report.ts";
import type { Format } from "./compile-report.ts";
import type { Verification } from "./compile-verify.ts";

interface Delivery {
  readonly made: Made;
  /** Texts of the files that are there, by path. */
  readonly found: ReadonlyMap<string, string>;
  readonly verification: Verification | undefined;
}

interface Place {
  readonly out: string;
  readonly format: Format;
}

/** Does with the files what was asked for, says so, and has them judged; the exit code. */
export async function deliver(
  mode: Mode,
  { made, found, verification }: Delivery,
  place: Place,
  host: Host,
  output: Output,
): Promise<number> {
  for (const warning of made.warnings) output.stderr(`${warning}\n`);
  const { artifacts } = made;
  const comparison = { artifacts, found, states: review(artifacts, found) };
  const advised = reportAdvice(made.advice, output);
  const code = Math.max(advised, act(mode, comparison, place, host, output));
  if (verification === undefined) return code;
  return Math.max(code, await verification(made, mode === "write" ? place.out : undefined));
}

function act(
  mode: Mode,
  comparison: Comparison,
  { out, format }: Place,
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
