import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import type { Files, FileRead, Listing } from "../model/host.ts";

const oneMebibyte = 1024 * 1024;
type Failure = Exclude<FileRead, { kind: "read" }>;

/** The machine's own files. */
export function realFiles(): Files {
  // One buffer for every read: /proc reports a size of 0, so the usual helpers read it in many small pieces.
  let buffer = Buffer.alloc(16 * 1024);

  function readWhole(descriptor: number, maxBytes: number): Buffer {
    let length = 0;
    for (;;) {
      if (length === buffer.length) {
        if (length >= maxBytes) break;
        const larger = Buffer.alloc(Math.min(maxBytes, buffer.length * 4));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      const got = readSync(descriptor, buffer, length, buffer.length - length, null);
      if (got === 0) break;
      length += got;
    }
    return Buffer.from(buffer.subarray(0, Math.min(length, maxBytes)));
  }

  return {
    read(path, maxBytes = oneMebibyte): FileRead {
      let descriptor: number;
      try {
        descriptor = openSync(path, "r");
      } catch (error) {
        return failure(error);
      }
      try {
        return { kind: "read", bytes: readWhole(descriptor, maxBytes) };
      } catch (error) {
        return failure(error);
      } finally {
        closeSync(descriptor);
      }
    },
    list(path): Listing {
      try {
        return { kind: "listed", names: readdirSync(path) };
      } catch (error) {
        return failure(error);
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

function failure(error: unknown): Failure {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    // A process that ends between two reads shows as ESRCH, a cgroup that is removed as ENODEV.
    case "ENOENT":
    case "ENOTDIR":
    case "ESRCH":
    case "ENODEV":
      return { kind: "absent" };
    case "EACCES":
    case "EPERM":
      return { kind: "forbidden" };
    case undefined:
    default:
      return { kind: "failed", message: code ?? String(error) };
  }
}
