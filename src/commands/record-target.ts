import { descendantsOf } from "../exporter/descendants.ts";
import type { Exporter } from "../exporter/exporter.ts";
import type { Seen } from "../generator/record.ts";
import { howOf, type ChildCommand } from "../model/child-command.ts";
import type { Host, Roots } from "../model/host.ts";
import { UserError } from "../model/user-error.ts";
import type { ProcessView, View } from "../model/view.ts";

/** Whose processes are recorded: a workload's, or whatever is or comes from one process. */
export type Whose =
  | { readonly kind: "workload"; readonly name: string }
  | { readonly kind: "tree"; readonly pid: number };

/** A command that we started, and its program as it was given. */
export interface Started {
  readonly child: ChildCommand;
  readonly command: string;
}

/** Picks out of a look what is recorded, and the history that goes with it. */
export function selector(host: Host, roots: Roots, whose: Whose): (view: View) => Seen {
  const inTree = whose.kind === "tree" ? descendantsOf(host, roots, whose.pid) : undefined;
  const isOurs = (seen: readonly ProcessView[]) =>
    inTree?.(seen) ??
    seen.filter(({ process }) => whose.kind === "workload" && process.workload === whose.name);
  const names = new Set<string>();
  return ({ processes, workloads, host: around }) => {
    const ours = isOurs(processes);
    for (const { process } of ours) names.add(process.workload);
    const counters = workloads.flatMap(({ name, counters: own }) =>
      names.has(name) && own !== undefined ? [own] : [],
    );
    return { processes: ours, counters, host: around };
  };
}

/** A command is given this long until something of it is known to be MLX: a wrapper may install things first. */
const recogniseSeconds = 60;
const betweenLooks = 0.1;

/** What there is at the beginning. A running workload is there or not; a command takes a moment to become one. */
export async function firstSeen(
  host: Host,
  exporter: Exporter,
  select: (view: View) => Seen,
  workload: string,
  started: Started | undefined,
  signal: AbortSignal,
): Promise<Seen> {
  const until = host.clock.monotonicSeconds() + recogniseSeconds;
  for (;;) {
    const view = await exporter.look();
    const seen = select(view);
    if (seen.processes.length > 0 || signal.aborted) return seen;
    if (started === undefined) throw noSuchWorkload(workload, view);
    const { child, command } = started;
    const end = child.ended();
    if (end !== undefined) throw new UserError("command-unseen", { command, how: howOf(end) });
    if (host.clock.monotonicSeconds() > until) throw new UserError("not-mlx", { command });
    await host.clock.sleep(betweenLooks);
  }
}

function noSuchWorkload(workload: string, { workloads }: View): UserError {
  const names = workloads.flatMap(({ name, processes }) => (processes.length > 0 ? [name] : []));
  const found = names.map((name) => `'${name}'`).join(", ");
  return new UserError("no-such-workload", { workload, found });
}
