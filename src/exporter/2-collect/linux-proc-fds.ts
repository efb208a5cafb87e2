import type { Host, Roots } from "../../model/host.ts";
import { known, missing, type Figure } from "../../model/figure.ts";
import { reasonOf } from "./figures.ts";

/** Counts the open file descriptors of one process. */
export function readOpenFds(host: Host, roots: Roots, pid: number): Figure {
  const fds = host.files.count(`${roots.procfs}/${pid}/fd`);
  return fds.kind === "counted" ? known(fds.count) : missing(reasonOf(fds));
}
