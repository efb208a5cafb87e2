import { execFileSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testPath } from "./fixture-host.ts";

/** A library that stands in for NVIDIA's, and what it is to answer. */
export interface NvmlStandIn {
  readonly library: string;
  /** Lines as the head of nvml-stand-in.c has them; they hold from the next call on. */
  readonly say: (...lines: readonly string[]) => void;
}

/** What a library may lack. */
export type Lacking = "WITHOUT_V3" | "WITHOUT_V2" | "WITHOUT_MEMORY_V2";

/** Compiles the stand-in into a folder; needs gcc. */
export function compileNvmlStandIn(folder: string, ...lacking: readonly Lacking[]): NvmlStandIn {
  const name = ["nvml", ...lacking].join("-");
  const library = join(folder, `${name}.so`);
  const state = join(folder, `${name}.txt`);
  const defines = [`STATE="${state}"`, ...lacking].map((define) => `-D${define}`);
  const source = testPath("support/nvml-stand-in.c");
  execFileSync("gcc", ["-shared", "-fPIC", ...defines, "-o", library, source]);
  const say: NvmlStandIn["say"] = (...lines) => {
    // It is read at any moment, and must never be found half-written.
    writeFileSync(`${state}.new`, `${lines.join("\n")}\n`);
    renameSync(`${state}.new`, state);
  };
  say();
  return { library, say };
}
