import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Writer } from "../model/host.ts";
import { UserError } from "../model/user-error.ts";

/**
 * Writes the generator's output. Every file is first written whole beside its place and only then are all of them
 * renamed, so that a full disk or a missing permission leaves the old output as it was.
 */
export function realWriter(): Writer {
  return {
    writeAll(root, files) {
      const pending: { readonly temporary: string; readonly path: string }[] = [];
      let current = root;
      try {
        for (const file of files) {
          current = join(root, file.path);
          mkdirSync(dirname(current), { recursive: true });
          const temporary = `${current}.new-${process.pid}`;
          pending.push({ temporary, path: current });
          writeFileSync(temporary, file.text);
        }
        for (const { path } of pending) {
          current = path;
          if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
            throw new Error("EISDIR");
        }
        for (const { temporary, path } of pending) {
          current = path;
          renameSync(temporary, path);
        }
      } catch (error) {
        const detail = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
        throw new UserError("cannot-write", { path: current, detail }, { cause: error });
      } finally {
        for (const { temporary } of pending) rmSync(temporary, { force: true });
      }
    },
  };
}
