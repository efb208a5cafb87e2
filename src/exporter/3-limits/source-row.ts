import type { Limit } from "../../model/limit.ts";
import type { MlxProcess } from "../../model/process.ts";
import type { Figure } from "../../model/figure.ts";
import type { HostReading, ProcessReading } from "../../model/reading.ts";
import type { Candidate } from "./narrowest.ts";

/** Rates over one window, whoever scrapes: what a reading of one moment cannot say. Cores. */
export interface Rates {
  readonly process: Figure;
  readonly host: Figure;
  level(scope: string): Figure;
}

/** What the sources look at. */
export interface Inputs {
  readonly identity: Pick<MlxProcess, "mpsMemoryLimit" | "environmentMissing">;
  readonly process: ProcessReading;
  readonly host: HostReading;
  readonly rates: Rates;
}

/** One row of the limit table: where a limit comes from, and what it is compared with. */
export interface SourceRow extends Pick<Limit, "resource" | "source" | "kind"> {
  /** Places the limit may stand, innermost first; none when the source cannot be seen at all. */
  candidates(inputs: Inputs): readonly Candidate[];
  /** macOS takes such a limit, and does not hold to it. */
  readonly softOnDarwin?: true;
  /** Elsewhere there is no place for it, and nothing is said of it. */
  readonly onlyOnDarwin?: true;
  /** A limit at or above this is no limit: the machine has no more. */
  machine?(inputs: Inputs): Figure;
}
