import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { AppendFile } from "../model/append-file.ts";
import { UserError } from "../model/user-error.ts";

const attempts = 100;

/** Makes a new file to add lines to, under a name that is free. */
export function appendTo(wanted: string): AppendFile {
  const { path, descriptor } = create(wanted);
  let length = 0;
  return {
    path,
    append(text) {
      const bytes = Buffer.from(text);
      try {
        for (let written = 0; written < bytes.length;)
          written += writeSync(descriptor, bytes, written);
        length += bytes.length;
      } catch (error) {
        // A full disk takes the beginning of a line; whatever is added later must not follow half of one.
        ftruncateSync(descriptor, length);
        throw new UserError("cannot-append", { path, detail: detailOf(error) }, { cause: error });
      }
    },
    close() {
      try {
        fsyncSync(descriptor);
      } catch {
        // A pipe or a strange file system cannot; the bytes are with the kernel all the same.
      }
      closeSync(descriptor);
    },
  };
}

function create(wanted: string): { readonly path: string; readonly descriptor: number } {
  try {
    mkdirSync(dirname(wanted), { recursive: true });
  } catch (error) {
    throw new UserError(
      "cannot-create",
      { path: wanted, detail: detailOf(error) },
      { cause: error },
    );
  }
  for (let attempt = 1; ; attempt++) {
    const path = attempt === 1 ? wanted : wanted.replace(/(\.[^./]*)?$/, `-${attempt}$1`);
    try {
      return { path, descriptor: openSync(path, "ax") };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST" && attempt < attempts) continue;
      throw new UserError("cannot-create", { path, detail: detailOf(error) }, { cause: error });
    }
  }
}

function detailOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOSPC" || code === "EDQUOT"
    ? `there is no room left (${code})`
    : (code ?? String(error));
}
