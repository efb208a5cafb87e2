import type { Host, Roots } from "../model/host.ts";
import { processKey } from "../model/process.ts";
import type { ProcessView } from "../model/view.ts";
import { ancestors } from "./1-discover/families.ts";
import { createTree } from "./1-discover/tree.ts";

/**
 * Of the processes that a look saw, those that are a process or come from it. What once came from it still does when
 * its parent has ended and the kernel has given it another.
 */
export function descendantsOf(
  host: Host,
  roots: Roots,
  root: number,
): (seen: readonly ProcessView[]) => readonly ProcessView[] {
  const known = new Set<string>();
  return (seen) => {
    const statOf = createTree(host, roots);
    const bySeen = new Map(seen.map(({ process }) => [process.pid, process]));
    // Where there is no /proc, as on macOS, the tree is known as far as MLX processes make it up.
    const descentOf = (pid: number) => statOf(pid) ?? bySeen.get(pid);
    const found = seen.filter(({ process }) => {
      const { pid } = process;
      if (pid === root || known.has(processKey(process))) return true;
      return [process, ...ancestors(process, descentOf)].some(
        ({ parentPid }) => parentPid === root,
      );
    });
    for (const { process } of found) known.add(processKey(process));
    return found;
  };
}
