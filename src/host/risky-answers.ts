import type { FileRead } from "../model/host.ts";

/** Puts answers of the reader together from chunks of any size: `read 57`, a line feed, and 57 bytes. */
export function answersIn(tell: (read: FileRead) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const head = rest.indexOf("\n");
      if (head === -1) return;
      const [kind, size] = rest.subarray(0, head).toString("latin1").split(" ");
      const end = head + 1 + Number(size);
      if (rest.length < end) return;
      // A copy: the chunk it came in may hold many others.
      const bytes = Buffer.from(rest.subarray(head + 1, end));
      rest = rest.subarray(end);
      tell(toRead(kind, bytes));
    }
  };
}

function toRead(kind: string | undefined, bytes: Buffer): FileRead {
  if (kind === "read") return { kind, bytes };
  if (kind === "absent" || kind === "forbidden") return { kind };
  return { kind: "failed", message: bytes.toString("utf8") };
}
