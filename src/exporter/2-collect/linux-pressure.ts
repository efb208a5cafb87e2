import type { Host, Roots } from "../../model/host.ts";
import type { Pressure } from "../../model/cgroup-reading.ts";

/** Reads how long tasks of the host waited for a resource. A kernel that does not keep it is no failure. */
export function readPressure(
  host: Host,
  roots: Roots,
): { readonly pressure: readonly Pressure[]; readonly success: boolean } {
  const reads = ["cpu", "memory", "io"].map((resource) => ({
    resource,
    read: host.files.readKept(`${roots.procfs}/pressure/${resource}`),
  }));
  return {
    pressure: reads.flatMap(({ resource, read }) =>
      read.kind === "read" ? parsePressure(resource, read.text) : [],
    ),
    success: reads.every(({ read }) => read.kind === "read" || read.kind === "absent"),
  };
}

/** Parses `some avg10=0.00 avg60=0.00 avg300=0.00 total=147306`, total in µs; the averages are for people. */
export function parsePressure(resource: string, text: string): readonly Pressure[] {
  return text.split("\n").flatMap((line) => {
    const [, kind, total] = /^(some|full) .*\btotal=(\d{1,20})$/.exec(line) ?? [];
    return kind === undefined ? [] : [{ resource, kind, seconds: Number(total) * 1e-6 }];
  });
}
