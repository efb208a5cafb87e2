import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from "node:fs";
import type { OwnedRead } from "../model/host.ts";

/**
 * Never followed: a link. Never waited for: a writer at the other end of a FIFO, or the holder of a lease. Never taken
 * on: a terminal.
 */
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Reads a file that another user may have put there. What it is gets settled on what was opened, not on its name. */
export function readOwned(path: string, maxBytes: number): OwnedRead {
  let descriptor: number;
  try {
    // Most processes report nothing, and an exception costs more than this question.
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return { kind: "absent" };
    descriptor = openSync(path, flags);
  } catch (error) {
    return refusal(error);
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) return { kind: "refused", why: "it is no regular file" };
    if (status.size > maxBytes) return { kind: "refused", why: "it is too large" };
    // What is added to it meanwhile is left for another time.
    const bytes = Buffer.alloc(status.size);
    let length = 0;
    for (let got = -1; got !== 0 && length < bytes.length; length += got) {
      got = readSync(descriptor, bytes, length, bytes.length - length, null);
    }
    return { kind: "owned", bytes: bytes.subarray(0, length), uid: status.uid };
  } catch (error) {
    return refusal(error);
  } finally {
    closeSync(descriptor);
  }
}

function refusal(error: unknown): OwnedRead {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
    case "ESRCH":
      return { kind: "absent" };
    case "EACCES":
    case "EPERM":
      return { kind: "forbidden" };
    case "ELOOP":
      return { kind: "refused", why: "it is a link" };
    case "ENXIO":
      return { kind: "refused", why: "it is no regular file" };
    case "EAGAIN":
      return { kind: "refused", why: "somebody holds a lease on it" };
    case undefined:
    default:
      return { kind: "failed", message: code ?? String(error) };
  }
}
