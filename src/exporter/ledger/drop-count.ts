interface Dropped {
  readonly processes: number;
  readonly workloads: number;
  readonly labels: number;
}

const nothing: Dropped = { processes: 0, workloads: 0, labels: 0 };

/** Turns "this many are left out now" into "this many were left out so far": each rise counts once. */
export function createDropCount(): { add(now: Dropped): Dropped } {
  let last = nothing;
  let total = nothing;
  const risen = (now: Dropped, what: keyof Dropped) =>
    total[what] + Math.max(0, now[what] - last[what]);
  return {
    add(now) {
      total = {
        processes: risen(now, "processes"),
        workloads: risen(now, "workloads"),
        labels: risen(now, "labels"),
      };
      last = now;
      return total;
    },
  };
}
