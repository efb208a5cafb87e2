import { closeSync, openSync, readdirSync, readlinkSync, readSync, statSync } from "node:fs";
import type { Files, FileRead, LinkRead, Listing, TextRead } from "../model/host.ts";
import { createKeptFiles } from "./kept-files.ts";
import { readOwned } from "./owned-files.ts";

const oneMebibyte = 1024 * 1024;
const shortBytes = 4096;
type Failure = Exclude<FileRead, { kind: "read" }>;

/** The machine's own files. */
export function realFiles(): Files {
  // One buffer for every read: /proc reports a size of 0, so the usual helpers read it in many small pieces.
  let buffer = Buffer.alloc(16 * 1024);
  const kept = createKeptFiles();

  /** Fills the buffer and says how far. From the beginning at `position` 0, from where the descriptor stands at null; `isEnd` knows the end by the last read. */
  function readWhole(
    descriptor: number,
    maxBytes: number,
    position: 0 | null,
    isEnd: (got: number) => boolean,
  ): number {
    let length = 0;
    for (;;) {
      if (length === buffer.length) {
        if (length >= maxBytes) break;
        const larger = Buffer.alloc(Math.min(maxBytes, buffer.length * 4));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      const from = position === null ? null : length;
      const got = readSync(descriptor, buffer, length, buffer.length - length, from);
      length += got;
      if (got === 0 || isEnd(got)) break;
    }
    return Math.min(length, maxBytes);
  }

  const bytes = (length: number) => Buffer.from(buffer.subarray(0, length));

  function textOf(descriptor: number): TextRead {
    const length = readWhole(descriptor, oneMebibyte, 0, isShort);
    return { kind: "read", text: buffer.toString("utf8", 0, length) };
  }

  function read(path: string, maxBytes = oneMebibyte): FileRead {
    let descriptor: number;
    try {
      descriptor = openSync(path, "r");
    } catch (error) {
      return failure(error);
    }
    try {
      return { kind: "read", bytes: bytes(readWhole(descriptor, maxBytes, null, () => false)) };
    } catch (error) {
      return failure(error);
    } finally {
      closeSync(descriptor);
    }
  }

  return {
    read,
    readKept(path): TextRead {
      const known = kept.get(path);
      if (known !== undefined) {
        try {
          return textOf(known);
        } catch {
          // It spoke of a process or a cgroup that is gone; another may be there by now.
          kept.drop(path);
        }
      }
      try {
        const descriptor = openSync(path, "r");
        if (!kept.add(path, descriptor)) {
          try {
            return textOf(descriptor);
          } finally {
            closeSync(descriptor);
          }
        }
        return textOf(descriptor);
      } catch (error) {
        kept.drop(path);
        return failure(error);
      }
    },
    readShort(path): TextRead {
      let descriptor: number | undefined;
      try {
        descriptor = openSync(path, "r");
        const length = readSync(descriptor, buffer, 0, shortBytes, null);
        return { kind: "read", text: buffer.toString("utf8", 0, length) };
      } catch (error) {
        return failure(error);
      } finally {
        if (descriptor !== undefined) closeSync(descriptor);
      }
    },
    readPiece(path, from, maxBytes): FileRead {
      let descriptor: number | undefined;
      try {
        descriptor = openSync(path, "r");
        const piece = Buffer.allocUnsafe(maxBytes);
        const length = readSync(descriptor, piece, 0, maxBytes, from);
        return { kind: "read", bytes: piece.subarray(0, length) };
      } catch (error) {
        return failure(error);
      } finally {
        if (descriptor !== undefined) closeSync(descriptor);
      }
    },
    readOwned,
    exists(path) {
      try {
        return statSync(path, { throwIfNoEntry: false }) !== undefined;
      } catch {
        return false;
      }
    },
    list(path): Listing {
      try {
        return { kind: "listed", names: readdirSync(path) };
      } catch (error) {
        return failure(error);
      }
    },
    link(path): LinkRead {
      try {
        return { kind: "link", target: readlinkSync(path) };
      } catch (error) {
        return failure(error);
      }
    },
    size(path) {
      try {
        return statSync(path).size;
      } catch {
        return undefined;
      }
    },
    inode(path) {
      try {
        return statSync(path).ino;
      } catch {
        return undefined;
      }
    },
    count(path) {
      try {
        const size = statSync(path).size;
        // Before Linux 6.2 the size of a /proc/PID/fd folder is always 0.
        return {
          kind: "counted",
          count: size > 0 && path.endsWith("/fd") ? size : readdirSync(path).length,
        };
      } catch (error) {
        return failure(error);
      }
    },
    readableByAll(path) {
      try {
        return (statSync(path).mode & 0o004) !== 0;
      } catch {
        return false;
      }
    },
  };
}

/** The kernel hands out whole lines, a page at a time: with lines below 1 KiB a read of less than this was the last. */
function isShort(got: number): boolean {
  return got < 3 * 1024;
}

function failure(error: unknown): Failure {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    // A process that ends between two reads shows as ESRCH, a cgroup that is removed as ENODEV, and what the kernel was
    // told not to keep, such as pressure under psi=0, as ENOTSUP.
    case "ENOENT":
    case "ENOTDIR":
    case "ESRCH":
    case "ENODEV":
    case "ENOTSUP":
      return { kind: "absent" };
    case "EACCES":
    case "EPERM":
      return { kind: "forbidden" };
    case undefined:
    default:
      return { kind: "failed", message: code ?? String(error) };
  }
}
