import type { Host, Roots } from "../../model/host.ts";
import { pidNamespaceOf } from "../../model/pid-namespace.ts";
import { parseProcStat } from "../../model/proc-stat.ts";
import type { Unseen } from "../../model/unseen.ts";

/**
 * Why procfs may not show every process of the machine; undefined when it does. The kernel's own threads tell: pid 2 is
 * one in the machine's PID namespace and in no other, and it is hidden wherever other users' processes are. Where it is
 * not shown, our own namespace tells the two apart, or pid 1, which no namespace is without. What emulates a kernel, or
 * starts a whole system in a container, has no such thread: there, too, nobody sees what runs beside it.
 */
export function readUnseen(host: Host, { procfs }: Roots): Unseen | undefined {
  const second = statOf(2);
  if (second?.kernelThread === true) return undefined;
  const own = pidNamespaceOf(host.files.link(`${procfs}/self/ns/pid`));
  return own === "machine" || statOf(1) === undefined ? "forbidden" : "unsupported";

  function statOf(pid: number) {
    const read = host.files.readShort(`${procfs}/${pid}/stat`);
    return read.kind === "read" ? parseProcStat(read.text) : undefined;
  }
}
