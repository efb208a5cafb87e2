import type { Host } from "../model/host.ts";
import { checksOf, verifiers } from "./verify/checks.ts";
import type { Verifier } from "./verify/checks.ts";
import { findProgram } from "./verify/find-programs.ts";
import type { Program } from "./verify/find-programs.ts";
import { runChecks } from "./verify/run-checks.ts";
import type { Failure } from "./verify/run-checks.ts";
import type { Verifiable } from "./verify/verifiable.ts";

export { verifiers };
export type { Failure, Verifier };

/** The programs that judge what was made, as far as they are there. */
export type Programs = ReadonlyMap<Verifier, Program>;

/** Looks for all of them in the folders of a `PATH`. */
export async function findPrograms(searchPath: string, host: Host): Promise<Programs> {
  const names = Object.keys(verifiers) as readonly Verifier[];
  const found = await Promise.all(
    names.map(async (name) => [name, await findProgram(name, searchPath, host)] as const),
  );
  return new Map(
    found.flatMap(([name, program]) => (program === undefined ? [] : [[name, program] as const])),
  );
}

/** Hears how a verification goes: how many checks there are, that one more is done, and that all are. */
export interface Watcher {
  readonly start: (total: number) => void;
  readonly step: () => void;
  readonly stop: () => void;
}

/** What came of it. */
export interface Verdict {
  readonly checks: number;
  readonly failures: readonly Failure[];
}

/** Asks the programs that are there about the files below `root`, as many at a time as there are CPUs. */
export async function verify(
  made: Verifiable,
  root: string,
  programs: Programs,
  host: Host,
  watcher: Watcher,
): Promise<Verdict> {
  const checks = checksOf(made, root).filter(({ program }) => programs.has(program));
  const pathOf = (name: Verifier) => programs.get(name)?.path ?? name;
  const parallel = host.cpuTimes().length;
  watcher.start(checks.length);
  try {
    const failures = await runChecks(checks, pathOf, host.commands, parallel, watcher.step);
    return { checks: checks.length, failures };
  } finally {
    watcher.stop();
  }
}
