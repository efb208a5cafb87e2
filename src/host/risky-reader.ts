/**
 * The child program of risky-files.ts. It reads one path after the other and answers in the same order, so that the
 * parent knows which one it is stuck in. It ends with its parent, whose end of the pipe then closes.
 */
import { readSync, writeSync } from "node:fs";
import { leaveEndingToParent, sayReady } from "./answer-lines.ts";
import { realFiles } from "./files.ts";

const files = realFiles();
const chunk = Buffer.alloc(64 * 1024);
let rest: Buffer = Buffer.alloc(0);

leaveEndingToParent();
sayReady();

for (;;) {
  const got = readSync(0, chunk, 0, chunk.length, null);
  if (got === 0) break;
  rest = Buffer.concat([rest, chunk.subarray(0, got)]);
  for (let end = rest.indexOf("\n"); end !== -1; end = rest.indexOf("\n")) {
    answer(rest.subarray(0, end).toString("utf8"));
    rest = rest.subarray(end + 1);
  }
}

/** `["/proc/4242/cmdline", 131072]` → `read 57`, a line feed, and 57 bytes. */
function answer(line: string): void {
  const [path, maxBytes] = JSON.parse(line) as [string, number];
  const read = files.read(path, maxBytes);
  const bytes =
    read.kind === "read"
      ? read.bytes
      : Buffer.from(read.kind === "failed" ? read.message : "", "utf8");
  writeAll(Buffer.concat([Buffer.from(`${read.kind} ${bytes.length}\n`, "latin1"), bytes]));
}

function writeAll(bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) written += writeSync(1, bytes, written);
}
