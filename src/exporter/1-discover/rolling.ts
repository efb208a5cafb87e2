/**
 * Goes round and round over the keys of a map that changes meanwhile, so that each comes up once in `roundSeconds`.
 * A process may replace its program without a new pid.
 */
export function createRolling(
  keys: () => Iterator<number>,
  size: () => number,
  roundSeconds = 60,
): (now: number) => readonly number[] {
  let round = keys();
  let last: number | undefined;
  /** What is owed of earlier calls: a share of less than one process must not be lost. */
  let owed = 0;

  return (now) => {
    owed += (size() * (now - (last ?? now))) / roundSeconds;
    last = now;
    const share: number[] = [];
    const most = Math.min(Math.floor(owed), size());
    owed = Math.min(owed - most, 1);
    while (share.length < most) {
      const next = round.next();
      if (next.done !== true) share.push(next.value);
      else round = keys();
    }
    return share;
  };
}
