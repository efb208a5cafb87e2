import type { Pressure } from "../../model/reading.ts";

/** Parses `some avg10=0.00 avg60=0.00 avg300=0.00 total=147306`, total in µs; the averages are for people. */
export function parsePressure(resource: string, text: string): readonly Pressure[] {
  return text.split("\n").flatMap((line) => {
    const [, kind, total] = /^(some|full) .*\btotal=(\d{1,20})$/.exec(line) ?? [];
    return kind === undefined ? [] : [{ resource, kind, seconds: Number(total) * 1e-6 }];
  });
}
