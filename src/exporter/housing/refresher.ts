/** Work that waits its turn, each piece once. */
export interface Refresher {
  add(id: string): void;
}

/** Does so many at a time; `work` does not reject. */
export function createRefresher(atATime: number, work: (id: string) => Promise<void>): Refresher {
  const waiting = new Set<string>();
  let running = 0;

  function next(): void {
    const [id] = waiting;
    if (id === undefined || running >= atATime) return;
    waiting.delete(id);
    running += 1;
    void work(id).finally(() => {
      running -= 1;
      next();
    });
  }

  return {
    add(id) {
      waiting.add(id);
      next();
    },
  };
}
