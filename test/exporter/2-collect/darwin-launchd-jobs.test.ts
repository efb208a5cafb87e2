import assert from "node:assert/strict";
import fc from "fast-check";
import { createLaunchdJobs } from "../../../src/exporter/2-collect/darwin-launchd-jobs.ts";
import { parseJobs } from "../../../src/exporter/2-collect/darwin-launchd.ts";
import type { CommandRun } from "../../../src/model/commands.ts";
import { arbitraryFile } from "../../support/arbitrary-text.ts";
import { memoryHost } from "../../support/memory-host.ts";

/* Nothing here was recorded on a Mac: all of it is made from the manual page launchctl(1). */
const head = "PID\tStatus\tLabel\n";
const said = (text: string | Buffer): CommandRun => ({
  kind: "ran",
  exitCode: 0,
  stdout: Buffer.from(text),
  stderr: "",
});

function listing(run: CommandRun | "hangs", on?: boolean) {
  const host = memoryHost({}, { platform: "darwin" });
  host.setCommand("/bin/launchctl list", run);
  return { host, jobs: createLaunchdJobs(host, on) };
}

const chat = { value: [{ pid: 10, label: "local.chat" }] };

describe("darwin-launchd-jobs", () => {
  it("runs launchctl once for all to whom one list is young enough", async () => {
    const { host, jobs } = listing(said(`${head}10\t0\tlocal.chat\n`));
    const lists = await Promise.all([jobs.list(1000), jobs.list(995), jobs.list(1000)]);
    assert.deepEqual(lists, [chat, chat, chat]);
    host.clock.advance(600);
    assert.deepEqual(await jobs.list(1000), chat);
    assert.equal(host.ran.length, 1);
    await jobs.list(1000.5);
    assert.equal(host.ran.length, 2);
  });

  it("does not wait for a list that was begun too early", async () => {
    const { host, jobs } = listing("hangs");
    const early = jobs.list(1000);
    host.clock.advance(1);
    host.setCommand("/bin/launchctl list", said(`${head}10\t0\tlocal.chat\n`));
    assert.deepEqual(await jobs.list(1001), chat);
    host.clock.advance(2);
    const late = await early;
    assert.ok("missing" in late && late.missing === "error");
  });

  it("asks half a minute after a failure at the earliest", async () => {
    const { host, jobs } = listing({ kind: "failed", message: "EAGAIN" });
    const failed = await jobs.list(1000);
    assert.ok("missing" in failed && failed.missing === "error");
    host.setCommand("/bin/launchctl list", said(head));
    host.clock.advance(29);
    assert.equal(await jobs.list(1029), failed);
    assert.equal(host.ran.length, 1);
    host.clock.advance(1);
    assert.deepEqual(await jobs.list(1030), { value: [] });
  });

  for (const [what, run, reason] of [
    ["absent", { kind: "absent" }, "unsupported"],
    ["forbidden", { kind: "forbidden" }, "forbidden"],
    ["without its heading", said("10\t0\tlocal.chat\n"), "error"],
    ["silent", said(""), "error"],
  ] as const) {
    it(`says '${reason}' where launchctl is ${what}`, async () => {
      const list = await listing(run).jobs.list(1000);
      assert.ok("missing" in list && list.missing === reason);
    });
  }

  it("runs nothing where the collector is switched off", async () => {
    const { host, jobs } = listing(said(head), false);
    const list = await jobs.list(1000);
    assert.ok("missing" in list && list.missing === "not_measured");
    assert.deepEqual(host.ran, []);
  });

  it("reads jobs whatever became of them last, and no row that is none", () => {
    const rows = [
      "1\t0\tcom.apple.a",
      "2\t-15\thomebrew.mxcl.postgresql@16",
      "3\t???\tlocal.stopped",
      "-\t78\tlocal.idle",
      "4\t0\tMy Chat",
      "5\t0\tlocal.tab\tx",
      "6\t0\tgui/501/local.slash",
      "7\t0\tlocal.\u001b[2Jescape",
      "8\t0\tlocal.nul\u0000",
      `9\t0\t${"a".repeat(257)}`,
      "99999999999\t0\tlocal.pid",
      "10\t0\t",
      "11\tlocal.two-columns",
      "",
    ];
    assert.deepEqual(parseJobs(Buffer.from(head + rows.join("\n"))), [
      { pid: 1, label: "com.apple.a" },
      { pid: 2, label: "homebrew.mxcl.postgresql@16" },
      { pid: 3, label: "local.stopped" },
      { pid: 4, label: "My Chat" },
    ]);
  });

  it("reads a label that is no UTF-8 with replacement characters", () => {
    const bytes = Buffer.concat([Buffer.from(`${head}1\t0\ta`), Buffer.from([0xff, 0x0a])]);
    assert.deepEqual(parseJobs(bytes), [{ pid: 1, label: "a\uFFFD" }]);
  });

  it("never throws, and never yields a label that could not be one, whatever was printed", () => {
    const text = fc.oneof(
      arbitraryFile,
      arbitraryFile.map((bytes) => Buffer.concat([Buffer.from(`${head}1\t0\t`), bytes])),
    );
    fc.assert(
      fc.property(text, (stdout) => {
        for (const { pid, label } of parseJobs(stdout) ?? []) {
          assert.ok(Number.isSafeInteger(pid));
          assert.match(label, /^[^\p{Cc}/]{1,256}$/u);
        }
      }),
    );
  });

  it("takes a huge list in no time that grows with its square", () => {
    const row = (pid: number) => `${pid}\t0\tlocal.job.${pid}\n`;
    const huge = Buffer.from(head + Array.from({ length: 50_000 }, (_, pid) => row(pid)).join(""));
    assert.equal(parseJobs(huge)?.length, 50_000);
    assert.deepEqual(parseJobs(Buffer.from(`${head}${"\t".repeat(500_000)}`)), []);
  });
});
