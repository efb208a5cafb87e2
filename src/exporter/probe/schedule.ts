/** When probes are due and how long what they showed holds. All times are monotonic seconds. */

/** A result that is older than so many intervals says nothing of now: whoever should have asked again did not. */
const intervalsKept = 3;

/** The first of probe number `index` of `count` that are seen now: spread evenly, so that no two ask together. */
export function firstDue(
  now: number,
  intervalSeconds: number,
  index: number,
  count: number,
): number {
  return now + (intervalSeconds * index) / count;
}

/** The next after the one that was due at `due`, in the same rhythm; those that were missed are left out. */
export function nextDue(due: number, intervalSeconds: number, now: number): number {
  return due + intervalSeconds * (Math.floor((now - due) / intervalSeconds) + 1);
}

export function isFresh(at: number, intervalSeconds: number, now: number): boolean {
  return now - at <= intervalsKept * intervalSeconds;
}
