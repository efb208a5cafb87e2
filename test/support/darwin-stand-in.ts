import { readFileSync } from "node:fs";
import { compileStandIn, type StandIn } from "./compile-stand-in.ts";

/** A library that stands in for macOS's libSystem. */
export interface DarwinStandIn extends StandIn {
  /** Name ports: how many were ever given out, and how many of them were not given back. */
  ports(): { readonly given: number; readonly left: number };
}

export function compileDarwinStandIn(folder: string): DarwinStandIn {
  const standIn = compileStandIn("darwin", folder);
  return {
    ...standIn,
    ports() {
      const [given = NaN, left = NaN] = readFileSync(`${standIn.state}.ports`, "utf8")
        .split(" ")
        .map(Number);
      return { given, left };
    },
  };
}
