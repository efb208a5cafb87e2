/** Why a figure is absent. None of these is zero. */
export type Reason =
  | "unlimited" // there is a place for a limit, and nothing is set there
  | "forbidden" // the kernel refused us
  | "unsupported" // this kernel or platform has no such figure
  | "not_measured" // it needs a second look (a rate), nobody counts it, or its collector is switched off
  | "zero_limit" // a ratio under a limit of 0
  | "error"; // reading failed in another way

/** A figure, or why there is none. */
export type Figure = { readonly value: number } | { readonly missing: Reason };

/** A field of a process that is absent, and why. */
export interface Unavailable {
  readonly field: string;
  readonly reason: Reason;
}

export function known(value: number): Figure {
  return { value };
}

export function missing(reason: Reason): { readonly missing: Reason } {
  return { missing: reason };
}

/** The value of a figure, or undefined. */
export function valueOf(figure: Figure): number | undefined {
  return "value" in figure ? figure.value : undefined;
}
