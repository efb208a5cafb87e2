import type { Container } from "../../model/container.ts";

/** Containers by their ids, as many as there is room for: those that nobody asked for the longest go first. */
export interface Shelf {
  has(id: string): boolean;
  get(id: string): Container | undefined;
  /** Undefined for one that no engine has. */
  put(id: string, container: Container | undefined): void;
  /** It is removed, and forgotten in a while. `now` in monotonic seconds. */
  leave(id: string, now: number): void;
  /** Forgets what is due. */
  tidy(now: number): void;
  /** Whether there was one that no engine had. */
  forgetAbsent(): boolean;
  known(): readonly string[];
}

export function createShelf(room: number, keptSeconds: number): Shelf {
  const places = new Map<string, Container | undefined>();
  const leaving = new Map<string, number>();

  return {
    has: (id) => places.has(id),
    get(id) {
      const container = places.get(id);
      if (container === undefined) return undefined;
      places.delete(id);
      places.set(id, container);
      return container;
    },
    put(id, container) {
      places.delete(id);
      places.set(id, container);
      const [oldest] = places.keys();
      if (places.size > room && oldest !== undefined) forget(oldest);
    },
    leave(id, now) {
      if (places.has(id)) leaving.set(id, now + keptSeconds);
    },
    tidy(now) {
      for (const [id, due] of leaving) if (due <= now) forget(id);
    },
    forgetAbsent() {
      const absent = [...places].filter(([, container]) => container === undefined);
      for (const [id] of absent) forget(id);
      return absent.length > 0;
    },
    known: () => [...places].flatMap(([id, container]) => (container === undefined ? [] : [id])),
  };

  function forget(id: string): void {
    places.delete(id);
    leaving.delete(id);
  }
}
