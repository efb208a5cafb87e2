import { readFileSync } from "node:fs";
import { testPath } from "./fixture-host.ts";

/**
 * What a command printed on some Mac, from `test/fixtures/macos/NAME.txt`. `NAME.source` beside it says where it was
 * recorded and what of it is not.
 */
export function macRecording(name: string): Buffer {
  return readFileSync(testPath(`fixtures/macos/${name}.txt`));
}

/**
 * The recorded ps has the columns pid ppid pgid uid rss %cpu time lstart ucomm args. Ours has no pgid and no %cpu, and two
 * more times: here they say that all was user time. Dates, short names and arguments keep their bytes.
 */
export function withOurColumns(recorded: Buffer): Buffer {
  const head = /^( *\d+ +\d+ )( *\d+ )( *-?\d+ +\d+)( +\d+\.\d)( +)(\d+:\d\d\.\d\d)/gm;
  const text = recorded.toString("latin1").replace(head, "$1$3$5$6$5$6   0:00.00");
  return Buffer.from(text, "latin1");
}
