import type { Host } from "../../model/host.ts";
import type { CgroupPressure, Pressure, Reason } from "../../model/reading.ts";
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
): (place: CgroupPlace | Reason) => CgroupPressure | Reason {
  const read = new Map<string, readonly Pressure[] | Reason>();
  return (place) => {
    if (typeof place === "string") return place;
    let reason: Reason = "unsupported";
    for (const { folder, scope } of levelsOf(place)) {
      if (folder === place.folder && place.whole) break;
      const pressure = read.get(folder) ?? readLevel(host, folder);
      read.set(folder, pressure);
      if (typeof pressure === "object") return { scope, pressure };
      if (pressure !== "unsupported") reason = pressure;
    }
    return reason;
  };
}

function readLevel(host: Host, folder: string): readonly Pressure[] | Reason {
  const found: Pressure[] = [];
  let reason: Reason = "unsupported";
  for (const resource of ["cpu", "memory", "io"]) {
    const read = host.files.read(`${folder}/${resource}.pressure`);
    if (read.kind === "read") found.push(...parsePressure(resource, read.bytes.toString("latin1")));
    // A kernel that was told `psi=0` shows the files and refuses to read them.
    else if (read.kind !== "failed" || read.message !== "EOPNOTSUPP") {
      if (read.kind !== "absent") reason = reasonOf(read);
    }
  }
  return found.length > 0 ? found : reason;
}
