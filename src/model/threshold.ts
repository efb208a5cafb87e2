/** What a rule compares with. */
export interface Threshold {
  /** The severity that the rule is built with. */
  readonly severity: string;
  /** Of what; absent where the alert has one alone. */
  readonly resource?: string;
  readonly value: number;
  /** A share of the limit that is left, how many times a recorded figure, an age in seconds, or an amount. */
  readonly unit: "left" | "times" | "seconds" | "bytes" | "cores";
  /** Where it is from. */
  readonly why: string;
}
