import assert from "node:assert/strict";
import fc from "fast-check";
import { parsePs, tableOf } from "../../../src/exporter/2-collect/darwin-ps.ts";
import { arbitraryFile, isCount } from "../../support/arbitrary-text.ts";
import { macRecording, withOurColumns } from "../../support/mac-recording.ts";

/** The recorded rows (macOS 27, ten cores), with the columns that we ask for. */
const recorded = withOurColumns(macRecording("ps-axww"));

/** One row as ps lays it out. */
function line({
  pid = 4242,
  ppid = 1,
  uid = 501,
  rss = 13632,
  utime = "0:01.00",
  name = "python3.12",
  command = "python3",
}): string {
  const pad = (value: number, width: number) => String(value).padStart(width);
  const start = "Fri Sep 18 06:11:23 2026".padEnd(28);
  return `${pad(pid, 5)} ${pad(ppid, 5)} ${pad(uid, 5)} ${pad(rss, 6)} ${utime.padStart(9)} ${utime.padStart(9)}   0:00.50 ${start} ${name.padEnd(16)} ${command}\n`;
}

/** The only row of a text. */
function only(text: string) {
  const [row, ...others] = parsePs(Buffer.from(text));
  assert.ok(row !== undefined && others.length === 0);
  return row;
}

const row = (pid: number) => {
  const found = parsePs(recorded).find((row) => row.pid === pid);
  assert.ok(found !== undefined, `pid ${pid} was recorded`);
  return found;
};

describe("darwin-ps", () => {
  it("reads every recorded row, and the start of each in UTC", () => {
    assert.equal(parsePs(recorded).length, 33);
    assert.deepEqual(row(1223), {
      pid: 1223,
      parentPid: 981,
      uid: 501,
      residentBytes: 15056 * 1024,
      cpuUserSeconds: 53 * 60 + 9.78,
      cpuSystemSeconds: 0,
      startTime: Date.UTC(2026, 8, 28, 16, 55, 45) / 1000,
      shortName: "python3.13",
      command:
        "/Users/dev/dev/multi-stack/snail-mail/server/.venv/bin/python3 /Users/dev/dev/multi-stack/snail-mail/server/.venv/bin/snail-mail serve",
      zombie: false,
    });
    assert.equal(row(65258).startTime, Date.UTC(2026, 9, 1, 5, 52, 59) / 1000);
  });

  it("takes CPU time for minutes:SS.cc however many minutes there are, never for hours", () => {
    assert.equal(row(431).cpuUserSeconds, 911 * 60 + 49.15);
    assert.equal(only(line({ utime: "60915:22.33" })).cpuUserSeconds, 60915 * 60 + 22.33);
  });

  it("takes the resident size for KiB, and finds the columns again where it is wider than its own", () => {
    assert.equal(only(line({ rss: 13632 })).residentBytes, 13632 * 1024);
    const wide = only(line({ rss: 98765432 }));
    assert.equal(wide.residentBytes, 98765432 * 1024);
    assert.equal(wide.shortName, "python3.12");
  });

  it("reads the uid -2 of nobody", () => {
    assert.equal(row(427).uid, -2);
  });

  it("tells zombies from processes that are swapped out whole", () => {
    assert.equal(row(73350).zombie, true);
    assert.deepEqual([row(1288).residentBytes, row(1288).zombie], [0, false]);
    assert.equal(only(line({ command: "<defunct>" })).zombie, false, "it has memory");
  });

  it("ends a short name by its width: it may hold blanks, and be cut", () => {
    assert.equal(row(1349).shortName, "Adobe Desktop Se");
    assert.equal(row(34836).shortName, "Google Chrome");
    assert.equal(row(597).command, "Core Audio Driver (BlackHole16ch.driver)");
  });

  it("counts the width of a short name in bytes, and replaces what is no UTF-8 in it", () => {
    const bytes = Buffer.from(line({ name: "" }));
    const place = bytes.indexOf("2026") + "2026".length + 5;
    const named = (name: string) => {
      Buffer.from(name.padEnd(16)).copy(bytes, place, 0, 16);
      return parsePs(bytes)[0];
    };
    assert.equal(named("Modèle de langue")?.shortName, "Modèle de langu");
    assert.equal(named("aaaaaaaaaaaaaaaé")?.shortName, "aaaaaaaaaaaaaaa\ufffd");
    assert.equal(named("aaaaaaaaaaaaaaaé")?.command, "python3");
  });

  it("keeps the blanks at the end of a retitled process, and those of an empty argument", () => {
    assert.equal(row(26210).command, "Raycast Backend  ");
    assert.equal(only(line({ command: "python3  --model x" })).command, "python3  --model x");
  });

  it("leaves \\012 and M- codes in the arguments for whoever reads those", () => {
    assert.equal(only(line({ command: "a\\012M-bM^FM^R" })).command, "a\\012M-bM^FM^R");
  });

  it("takes no program's name for a row, whatever lines are in it", () => {
    const forged = line({ pid: 77, uid: 0, command: "mlx_lm.server" });
    const name = `x\n${forged.slice(0, 14)}`;
    const text = line({ name, command: forged.slice(14) });
    assert.deepEqual(
      parsePs(Buffer.from(`${text}${line({ pid: 5 })}`)).map(({ pid }) => pid),
      [4242, 5],
    );
  });

  it("gives back every row that is laid out as ps does", () => {
    const cells = fc.record(
      {
        pid: fc.integer({ min: 0, max: 99998 }),
        ppid: fc.integer({ min: 0, max: 99998 }),
        uid: fc.integer({ min: -2, max: 4_000_000_000 }),
        rss: fc.nat(),
        command: fc.string({ unit: fc.constantFrom("a", " ", "-", "0", ":", "(") }),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(cells), (all) => {
        const rows = parsePs(Buffer.from(all.map(line).join("")));
        assert.deepEqual(
          rows.map(({ pid, parentPid, uid, residentBytes, command }) => ({
            pid,
            ppid: parentPid,
            uid,
            rss: residentBytes / 1024,
            command,
          })),
          all,
        );
      }),
    );
  });

  it("never throws, and never yields a figure that is no count, whatever was printed", () => {
    const spoilt = fc
      .tuple(arbitraryFile, fc.nat(recorded.length))
      .map(([bytes, at]) =>
        Buffer.concat([recorded.subarray(0, at), bytes, recorded.subarray(at)]),
      );
    fc.assert(
      fc.property(fc.oneof(arbitraryFile, spoilt), (stdout) => {
        for (const { pid, residentBytes, cpuUserSeconds, cpuSystemSeconds } of parsePs(stdout))
          assert.ok([pid, residentBytes, cpuUserSeconds, cpuSystemSeconds].every(isCount));
      }),
    );
  });

  it("says why there is no table", () => {
    assert.deepEqual(tableOf({ missing: "error", detail: "it hangs" }), {
      kind: "unlisted",
      reason: "error",
      detail: "it hangs",
    });
  });
});
