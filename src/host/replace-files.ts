import type * as fs from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../model/user-error.ts";

/** What replacing files needs of a disk; a test gives one that fails at any step. */
export type Disk = Pick<
  typeof fs,
  | "chmodSync"
  | "copyFileSync"
  | "linkSync"
  | "lstatSync"
  | "mkdirSync"
  | "renameSync"
  | "rmdirSync"
  | "rmSync"
  | "unlinkSync"
  | "writeFileSync"
>;

/**
 * Puts files in their places and removes others: all of it, or nothing. Every new text is first written whole beside
 * its place, and every old file gets a second name beside it; only then are places taken, and when one cannot be, those
 * taken before get their old files back. Throws a UserError that names the place.
 */
export function replaceFiles(
  disk: Disk,
  files: readonly { readonly path: string; readonly text: string }[],
  stale: readonly string[],
): void {
  const folders: (() => void)[] = [];
  const places: { readonly path: string; readonly restore: () => void }[] = [];
  const temporary = new Set<string>();
  let current = "";
  try {
    for (const { path, text } of files) {
      current = path;
      makeFolder(disk, dirname(path), folders);
      temporary.add(newName(path));
      writeNew(disk, path, text);
    }
    const old = new Map<string, string>();
    for (const path of [...files.map((file) => file.path), ...stale]) {
      current = path;
      const found = disk.lstatSync(path, { throwIfNoEntry: false });
      if (found === undefined) continue;
      if (found.isDirectory()) throw new Error("EISDIR");
      temporary.add(oldName(path));
      keepOld(disk, path);
      old.set(path, oldName(path));
    }
    const restore = (path: string) => () => {
      const kept = old.get(path);
      if (kept === undefined) disk.unlinkSync(path);
      else disk.renameSync(kept, path);
    };
    for (const { path } of files) {
      current = path;
      disk.renameSync(newName(path), path);
      places.push({ path, restore: restore(path) });
    }
    for (const path of stale.filter((name) => old.has(name))) {
      current = path;
      disk.unlinkSync(path);
      places.push({ path, restore: restore(path) });
    }
  } catch (error) {
    const lost = undo(places);
    for (const path of lost) temporary.delete(oldName(path));
    sweep(disk, temporary);
    for (const removeFolder of folders.reverse()) attempt(removeFolder);
    const detail = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    const [path] = lost;
    if (path !== undefined) {
      throw new UserError("cannot-restore", { path, old: oldName(path), detail }, { cause: error });
    }
    throw new UserError("cannot-write", { path: current, detail }, { cause: error });
  }
  sweep(disk, temporary);
}

/** With the pid: two that write to the same folder do not write to the same file. No rule file's glob matches either. */
function newName(path: string): string {
  return `${path}.new-${process.pid}`;
}

function oldName(path: string): string {
  return `${path}.old-${process.pid}`;
}

/** One folder at a time, so that exactly those that were not there go again. */
function makeFolder(disk: Disk, folder: string, undo: (() => void)[]): void {
  if (disk.lstatSync(folder, { throwIfNoEntry: false }) !== undefined) return;
  makeFolder(disk, dirname(folder), undo);
  disk.mkdirSync(folder);
  undo.push(() => {
    disk.rmdirSync(folder);
  });
}

/** Flushed: a disk that is full sometimes says so only then. Whoever could read the old file can read the new one. */
function writeNew(disk: Disk, path: string, text: string): void {
  disk.writeFileSync(newName(path), text, { flush: true });
  const found = disk.lstatSync(path, { throwIfNoEntry: false });
  if (found?.isFile() === true) disk.chmodSync(newName(path), found.mode & 0o777);
}

/** A second name where the file system has such a thing, else a copy. */
function keepOld(disk: Disk, path: string): void {
  disk.rmSync(oldName(path), { force: true });
  try {
    disk.linkSync(path, oldName(path));
  } catch {
    disk.copyFileSync(path, oldName(path));
  }
}

/** Last taken, first given back. Gives the places that could not be. */
function undo(
  places: readonly { readonly path: string; readonly restore: () => void }[],
): readonly string[] {
  return [...places]
    .reverse()
    .filter(({ restore }) => !attempt(restore))
    .map(({ path }) => path);
}

function sweep(disk: Disk, temporary: Iterable<string>): void {
  for (const path of temporary) {
    attempt(() => {
      disk.rmSync(path, { force: true });
    });
  }
}

function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
