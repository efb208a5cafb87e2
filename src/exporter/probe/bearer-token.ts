import type { Files } from "../../model/host.ts";

/** A token, or why there is none. */
export type BearerToken = { readonly token: string } | { readonly missing: string };

const mostBytes = 16 * 1024;

/** Reads the file anew, so that a token may change; what a header cannot carry is none. */
export function readBearerToken(files: Files, path: string): BearerToken {
  const read = files.read(path, mostBytes);
  if (read.kind === "failed") return { missing: read.message };
  if (read.kind !== "read") return { missing: read.kind };
  const token = read.bytes.toString("latin1").trim();
  if (token === "") return { missing: "empty" };
  return /^[\x21-\x7e]+$/.test(token) ? { token } : { missing: "no token" };
}
