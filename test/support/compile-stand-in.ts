import { execFileSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testPath } from "./fixture-host.ts";

/** A library that stands in for one of the system's, and what it is to answer. */
export interface StandIn {
  readonly library: string;
  /** The file that it reads at every call. */
  readonly state: string;
  /** Lines as the head of its source has them; they hold from the next call on. */
  readonly say: (...lines: readonly string[]) => void;
}

/** Compiles `support/NAME-stand-in.c` into a folder; needs gcc. */
export function compileStandIn(
  name: string,
  folder: string,
  lacking: readonly string[] = [],
): StandIn {
  const file = [name, ...lacking].join("-");
  const library = join(folder, `${file}.so`);
  const state = join(folder, `${file}.txt`);
  const defines = [`STATE="${state}"`, ...lacking].map((define) => `-D${define}`);
  const source = testPath(`support/${name}-stand-in.c`);
  execFileSync("gcc", ["-shared", "-fPIC", ...defines, "-o", library, source]);
  const say: StandIn["say"] = (...lines) => {
    // It is read at any moment, and must never be found half-written.
    writeFileSync(`${state}.new`, `${lines.join("\n")}\n`);
    renameSync(`${state}.new`, state);
  };
  say();
  return { library, state, say };
}
