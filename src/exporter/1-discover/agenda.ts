/** When to look at a process again. */
export interface Agenda {
  /** At the next look: what was met in the middle of something. */
  soon(pid: number): void;
  /** A second and five seconds after a birth: programs are seldom born as what they become. */
  afterBirth(pid: number, now: number): void;
  /** What is due now, each pid once. */
  due(now: number): readonly number[];
}

const delays = [1, 5] as const;

/** Times are monotonic seconds. */
export function createAgenda(): Agenda {
  let soon = new Set<number>();
  /** For each delay a queue, oldest first. */
  const queues = delays.map((delay) => ({ delay, queue: [] as { pid: number; at: number }[] }));

  return {
    soon(pid) {
      soon.add(pid);
    },
    afterBirth(pid, now) {
      for (const { delay, queue } of queues) queue.push({ pid, at: now + delay });
    },
    due(now) {
      const pids = soon;
      soon = new Set();
      for (const { queue } of queues) {
        const later = queue.findIndex(({ at }) => at > now);
        for (const { pid } of queue.splice(0, later === -1 ? queue.length : later)) pids.add(pid);
      }
      return [...pids];
    },
  };
}
