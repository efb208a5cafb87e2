/** Counts events `oom` of workloads, by what their levels told and by the kills that such an event was the reason of. */
export interface OomEvents {
  /** By workload: what its levels told in this look; and the workload of each kill. Resolves to what is new. */
  observe(
    told: ReadonlyMap<string, number>,
    killed: readonly string[],
  ): ReadonlyMap<string, number>;
}

/** A level, its kills and the end of a process are read one after the other, and may be seen in different looks. */
const looksApart = 2;

/**
 * An event and its kill are one event. What a level told pays for a kill of the same workload, whichever was seen first; a
 * kill that nothing pays for took its cgroup along, with the event that nobody read. Rather one too few.
 */
export function createOomEvents(): OomEvents {
  /** Told and not yet paid with, or, below zero, counted for a kill and not yet told. */
  const open = new Map<string, { balance: number; look: number }>();
  let look = 0;

  return {
    observe(told, killed) {
      look += 1;
      for (const [workload, entry] of open)
        if (look - entry.look > looksApart) open.delete(workload);
      const added = new Map<string, number>();
      const change = (workload: string, by: number) => {
        const before = open.get(workload)?.balance ?? 0;
        open.set(workload, { balance: before + by, look });
        // Up: all that was not counted for a kill before. Down: all that nothing was told of before.
        const count = by > 0 ? Math.max(0, by + Math.min(0, before)) : before > 0 ? 0 : 1;
        added.set(workload, (added.get(workload) ?? 0) + count);
      };
      for (const [workload, count] of told) change(workload, count);
      for (const workload of killed) change(workload, -1);
      return added;
    },
  };
}
