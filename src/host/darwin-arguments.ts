import type { Reason } from "../model/figure.ts";

/** Arguments, or why there are none. */
export type Arguments = readonly string[] | { readonly missing: Reason };

/** As much as is read of a command line on Linux; what MLX programs are recognised by comes first. */
const mostBytes = 128 * 1024;

/**
 * Reads what sysctl's KERN_PROCARGS2 gives: the number of arguments, the path of the program, NULs, and the arguments,
 * each with a NUL. The environment follows, which is nobody's business: never a byte is taken beyond that number of
 * arguments. A process may have written anything over its own arguments.
 */
export function readArguments(bytes: Buffer): Arguments {
  if (bytes.length < 4) return { missing: "error" };
  const count = bytes.readInt32LE();
  const pathEnd = bytes.indexOf(0, 4);
  if (count < 0 || pathEnd === -1) return { missing: "error" };
  const read: string[] = [];
  const first = firstArgument(bytes, pathEnd);
  for (let at = first; read.length < count && at - first < mostBytes;) {
    const end = bytes.indexOf(0, at);
    if (end === -1) return { missing: "error" };
    read.push(bytes.toString("utf8", at, Math.min(end, first + mostBytes)));
    at = end + 1;
  }
  return read;
}

/**
 * The kernel fills the path and its NUL up to the next 8 bytes. NULs beyond are empty arguments: whoever skipped them
 * would take as many strings of the environment for arguments.
 */
function firstArgument(bytes: Buffer, pathEnd: number): number {
  const padded = 4 + Math.ceil((pathEnd + 1 - 4) / 8) * 8;
  let at = pathEnd + 1;
  while (at < padded && bytes[at] === 0) at += 1;
  return at;
}
