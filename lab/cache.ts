import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { unavailable, type Available, type Unavailable } from "./available.ts";
import { repository } from "./repository.ts";

/** What is costly to make is kept here between runs: the Python venv, the model, Debian's packages. */
export const cacheFolder = join(repository, ".cache");

const longestMakeSeconds = 900;

/**
 * Gives a folder of the cache, made once. `stamp` names what it is made from; it is written last, so work that was
 * interrupted, made for another stamp or moved to another place is made again. Two runs at once wait for each other.
 */
export async function keep(
  name: string,
  stamp: string,
  make: (folder: string) => Promise<Unavailable | undefined>,
  root: string = cacheFolder,
): Promise<Available<{ readonly folder: string }>> {
  const folder = join(root, name);
  const stampFile = `${folder}.stamp`;
  // The folder is part of the stamp because a venv holds its own path in every script.
  const whole = `${stamp}\n${folder}\n`;
  const ready = { kind: "ready", folder } as const;
  if (read(stampFile) === whole) return ready;
  try {
    return await locked(folder, async () => {
      if (read(stampFile) === whole) return ready;
      rmSync(stampFile, { force: true });
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      const problem = await make(folder);
      if (problem !== undefined) return problem;
      writeFileSync(`${stampFile}.new`, whole);
      renameSync(`${stampFile}.new`, stampFile);
      return ready;
    });
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    return unavailable(
      `${root} could not be written (${error.message}). Make it writable for this user.`,
    );
  }
}

/** Does work that two runs must not do at once; a lock left by a process that is gone does not count. */
export async function locked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = `${folder}.lock`;
  mkdirSync(dirname(lock), { recursive: true });
  const deadline = performance.now() + longestMakeSeconds * 1000;
  while (!take(lock)) {
    if (performance.now() > deadline) {
      throw new Error(`${lock} is held by another run. End that run, or remove the file.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** A link is made whole or not at all, so nobody ever reads a lock without its owner. */
function take(lock: string): boolean {
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (!runs(Number(read(lock)))) rmSync(lock, { force: true });
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function runs(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
