import type { Clock } from "./host.ts";

/**
 * Waits for something, but not for ever, and leaves no timer behind that would keep a program from ending. What goes
 * wrong in time is passed on.
 */
export async function within(clock: Clock, done: Promise<void>, seconds: number): Promise<void> {
  let stop: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (stop = clock.every(seconds, resolve)));
  await Promise.race([done, over]).finally(stop);
}
