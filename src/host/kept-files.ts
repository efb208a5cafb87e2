import { closeSync } from "node:fs";

/** Descriptors that stay open from one look to the next, by path. */
export interface KeptFiles {
  get(path: string): number | undefined;
  /** False when enough are kept: the caller then reads without keeping. */
  add(path: string, descriptor: number): boolean;
  drop(path: string): void;
}

/** 256 processes with five files each, and the cgroups around them; half of what Node usually may open. */
const mostKept = 2048;
/** A scrape interval can be minutes; a process that is gone is not read again. */
const idleSeconds = 300;
/** Looked for idle ones after so many uses. */
const usesBetweenSweeps = 2000;

export function createKeptFiles(
  now: () => number = () => performance.now() / 1000,
  close: (descriptor: number) => void = closeSync,
): KeptFiles {
  const kept = new Map<string, { readonly descriptor: number; usedAt: number }>();
  let uses = 0;

  function drop(path: string): void {
    const entry = kept.get(path);
    if (entry === undefined) return;
    kept.delete(path);
    close(entry.descriptor);
  }

  function sweep(): void {
    uses = 0;
    const oldest = now() - idleSeconds;
    for (const [path, { usedAt }] of kept) if (usedAt < oldest) drop(path);
  }

  return {
    get(path) {
      if (++uses >= usesBetweenSweeps) sweep();
      const entry = kept.get(path);
      if (entry === undefined) return undefined;
      entry.usedAt = now();
      return entry.descriptor;
    },
    add(path, descriptor) {
      if (kept.size >= mostKept) return false;
      kept.set(path, { descriptor, usedAt: now() });
      return true;
    },
    drop,
  };
}
