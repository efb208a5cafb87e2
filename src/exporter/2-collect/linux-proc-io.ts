import type { Host, Roots } from "../../model/host.ts";
import { missing } from "../../model/figure.ts";
import type { ProcessUsage } from "../../model/reading.ts";
import { figure, parseKeyedColon, reasonOf } from "./figures.ts";

type DiskBytes = Pick<ProcessUsage, "diskReadBytes" | "diskWrittenBytes">;

/** Reads what one process moved from and to disk. The kernel refuses it to other users. */
export function readDiskBytes(host: Host, roots: Roots, pid: number): DiskBytes {
  const read = host.files.readKept(`${roots.procfs}/${pid}/io`);
  const io = read.kind === "read" ? parseKeyedColon(read.text) : undefined;
  const of = (key: string) =>
    read.kind === "read" ? figure(io?.get(key)) : missing(reasonOf(read));
  return { diskReadBytes: of("read_bytes"), diskWrittenBytes: of("write_bytes") };
}

/** What is said of it when nobody reads it. */
export const diskBytesUnread: DiskBytes = {
  diskReadBytes: missing("not_measured"),
  diskWrittenBytes: missing("not_measured"),
};
