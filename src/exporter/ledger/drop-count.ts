interface Dropped {
  readonly processes: number;
  readonly workloads: number;
}

/** Turns "this many are left out now" into "this many were left out so far": each rise counts once. */
export function createDropCount(): { add(now: Dropped): Dropped } {
  let last: Dropped = { processes: 0, workloads: 0 };
  let total: Dropped = last;
  return {
    add(now) {
      total = {
        processes: total.processes + Math.max(0, now.processes - last.processes),
        workloads: total.workloads + Math.max(0, now.workloads - last.workloads),
      };
      last = now;
      return total;
    },
  };
}
