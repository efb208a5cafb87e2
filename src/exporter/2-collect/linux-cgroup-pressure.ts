import type { Host } from "../../model/host.ts";
import type { CgroupPressure, Pressure } from "../../model/cgroup-reading.ts";
import type { Reason } from "../../model/figure.ts";
import { reasonOf } from "./figures.ts";
import { levelsOf, type CgroupPlace } from "./linux-cgroup-paths.ts";
import { parsePressure } from "./linux-pressure.ts";

/**
 * Reads the pressure of the innermost version 2 level that keeps it: a level whose `cgroup.pressure` is 0 does not,
 * and neither does any where the kernel has no PSI. The top of the hierarchy is left out: its pressure is the
 * host's, and would be told of every workload as if it were its own. Each level is read once in a pass.
 */
export function createPressureReader(
  host: Host,
): (place: CgroupPlace | Reason | "hidden") => PressureRead {
  const read = new Map<string, ReturnType<typeof readLevel>>();
  return (place) => {
    if (typeof place === "string") return { reason: place === "hidden" ? "unsupported" : place };
    let reason: Reason = "unsupported";
    for (const { folder, scope } of levelsOf(place)) {
      if (folder === place.folder && place.whole) break;
      const level = read.get(folder) ?? readLevel(host, folder);
      read.set(folder, level);
      const { pressure, reason: refused } = level;
      if (pressure.length > 0)
        return { found: { scope, pressure }, ...(refused !== undefined && { reason: refused }) };
      reason = refused ?? reason;
    }
    return { reason };
  };
}

/** What was found, and why it is not there, or not all of it. */
interface PressureRead {
  readonly found?: CgroupPressure;
  readonly reason?: Reason;
}

function readLevel(
  host: Host,
  folder: string,
): { readonly pressure: readonly Pressure[]; readonly reason?: Reason } {
  const pressure: Pressure[] = [];
  let reason: Reason | undefined;
  for (const resource of ["cpu", "memory", "io"]) {
    const read = host.files.readKept(`${folder}/${resource}.pressure`);
    if (read.kind === "read") pressure.push(...parsePressure(resource, read.text));
    // A kernel that was told `psi=0` shows the files and refuses to read them.
    else if (read.kind === "forbidden" || (read.kind === "failed" && read.message !== "EOPNOTSUPP"))
      reason = reasonOf(read);
  }
  return { pressure, ...(reason !== undefined && { reason }) };
}
