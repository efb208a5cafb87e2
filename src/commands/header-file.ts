import type { Files } from "../model/host.ts";
import { UserError } from "../model/user-error.ts";

const mostBytes = 16 * 1024;

/** What a file holds that is to be shown to a server: one line that a header can carry. */
export function secretIn(files: Files, path: string, flag: string): string {
  const read = files.read(path, mostBytes);
  if (read.kind === "failed")
    throw new UserError("file-failed", { path, flag, detail: read.message });
  if (read.kind !== "read") throw new UserError(`file-${read.kind}`, { path, flag });
  const text = read.bytes.toString("latin1").trim();
  if (/^[\x20-\x7e]+$/.test(text)) return text;
  const detail = text === "" ? "it is empty" : "it holds more than one line of plain text";
  throw new UserError("file-failed", { path, flag, detail });
}
