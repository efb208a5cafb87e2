import assert from "node:assert/strict";
import { createLog } from "../../src/commands/log.ts";
import type { LogLevel } from "../../src/model/log.ts";

function lines(level: LogLevel, format: "logfmt" | "json"): readonly string[] {
  const written: string[] = [];
  const log = createLog(
    (line) => written.push(line),
    () => 1_800_000_000,
    level,
    format,
  );
  log.write("debug", "quiet");
  log.write("info", "listening", { url: "http://127.0.0.1:1", note: 'a "b"\nlevel=error' });
  log.write("error", "broken");
  return written;
}

describe("the log", () => {
  it("writes one line an event, and lets no value forge a second one", () => {
    assert.deepEqual(lines("info", "logfmt"), [
      'ts=2027-01-15T08:00:00.000Z level=info msg=listening url=http://127.0.0.1:1 note="a \\"b\\"\\nlevel=error"\n',
      "ts=2027-01-15T08:00:00.000Z level=error msg=broken\n",
    ]);
  });

  it("writes JSON when asked", () => {
    const [first] = lines("info", "json");
    assert.deepEqual(JSON.parse(first ?? ""), {
      ts: "2027-01-15T08:00:00.000Z",
      level: "info",
      msg: "listening",
      url: "http://127.0.0.1:1",
      note: 'a "b"\nlevel=error',
    });
  });

  it("keeps to its level", () => {
    assert.equal(lines("debug", "json").length, 3);
    assert.equal(lines("error", "json").length, 1);
  });
});
