import assert from "node:assert/strict";
import fc from "fast-check";
import { createLaunchdJobs } from "../../../src/exporter/2-collect/darwin-launchd-jobs.ts";
import { createLaunchdLoop } from "../../../src/exporter/2-collect/darwin-launchd-loop.ts";
import {
  parseJobLimits,
  parseJobPath,
  parseJobs,
} from "../../../src/exporter/2-collect/darwin-launchd.ts";
import { arbitraryFile, isCount } from "../../support/arbitrary-text.ts";
import { memoryHost } from "../../support/memory-host.ts";

/*
 * Nothing here was recorded on a Mac: all of it is made from the manual pages launchctl(1), launchd.plist(5) and plutil(1).
 */
const list = "PID\tStatus\tLabel\n-\t0\tcom.apple.idle\n4000\t0\tlocal.mlx-chat\n";
const print = `gui/501/local.mlx-chat = {
\tactive count = 1
\tpath = /Users/dev/Library/LaunchAgents/local.mlx-chat.plist
\ttype = LaunchAgent
\tenvironment = {
\t\tHF_TOKEN => hf_secret
\t\tpath = /tmp/other.plist
\t}
}
`;
const propertyList = JSON.stringify({
  Label: "local.mlx-chat",
  EnvironmentVariables: { HF_TOKEN: "hf_secret" },
  SoftResourceLimits: { NumberOfFiles: 4096, CPU: 3600, NumberOfProcesses: 500 },
  HardResourceLimits: { NumberOfFiles: 8192, NumberOfProcesses: 100 },
});
const plutil =
  "/usr/bin/plutil -convert json -o - /Users/dev/Library/LaunchAgents/local.mlx-chat.plist";

const said = (text: string, exitCode = 0) =>
  ({ kind: "ran", exitCode, stdout: Buffer.from(text), stderr: "" }) as const;
const soon = () => new Promise<void>((resolve) => setImmediate(resolve));
const unsupported = { missing: "unsupported" } as const;

function launchd(uid = 501) {
  const host = memoryHost({}, { platform: "darwin", uid });
  host.setCommand("/bin/launchctl list", said(list));
  host.setCommand("/bin/launchctl print gui/501/local.mlx-chat", said(print));
  host.setCommand(plutil, said(propertyList));
  const jobs = createLaunchdJobs(host);
  const loop = createLaunchdLoop(host, jobs);
  const tick = async (lineage: readonly number[], startTime = 1000) => {
    loop.tick([{ pid: 4242, startTime, lineage }]);
    for (let turn = 0; turn < 5; turn += 1) await soon();
  };
  return { host, jobs, loop, tick };
}
const server = { pid: 4242, startTime: 1000 };

describe("darwin-launchd", () => {
  it("reads jobs with a process", () => {
    assert.deepEqual(parseJobs(Buffer.from(list)), [{ pid: 4000, label: "local.mlx-chat" }]);
    assert.equal(parseJobs(Buffer.from("Could not connect\n")), undefined);
  });

  it("takes nothing but the path of the property list from what launchctl prints", () => {
    assert.deepEqual(parseJobPath(Buffer.from(print)), {
      path: "/Users/dev/Library/LaunchAgents/local.mlx-chat.plist",
    });
    const submitted = print.replace(/path = .*/, "path = (submitted by loginwindow.511)");
    assert.deepEqual(parseJobPath(Buffer.from(submitted)), { path: undefined });
  });

  it("reads soft limits, and knows nothing of one that is not set or above its hard limit", () => {
    assert.deepEqual(parseJobLimits(Buffer.from(propertyList)), {
      addressSpaceBytes: unsupported,
      dataBytes: unsupported,
      openFiles: { value: 4096 },
      cpuSeconds: { value: 3600 },
      lockedBytes: unsupported,
      processes: unsupported,
    });
  });

  it("takes the kernel's infinity for no limit", () => {
    const text = '{"SoftResourceLimits":{"NumberOfFiles":9223372036854775807,"Data":-1,"CPU":"x"}}';
    const limits = parseJobLimits(Buffer.from(text));
    assert.deepEqual(limits?.openFiles, { missing: "unlimited" });
    assert.deepEqual([limits.dataBytes, limits.cpuSeconds], [unsupported, unsupported]);
  });

  it("gives a process the limits of the nearest job above it", async () => {
    const { loop, tick } = launchd();
    assert.deepEqual(loop.of(server).openFiles, { missing: "not_measured" });
    await tick([4242, 4100, 4000]);
    assert.deepEqual(loop.of(server).openFiles, { value: 4096 });
  });

  it("knows no limits of a process that is no job's", async () => {
    const { host, loop, tick } = launchd();
    await tick([4242, 300]);
    assert.deepEqual(loop.of(server).openFiles, unsupported);
    assert.deepEqual(host.ran, ["/bin/launchctl list"]);
  });

  it("goes by the list that discovery was told of some seconds ago", async () => {
    const { host, jobs, loop, tick } = launchd();
    await jobs.list(host.clock.monotonicSeconds());
    host.clock.advance(4);
    await tick([4242, 4000]);
    assert.deepEqual(loop.of(server).openFiles, { value: 4096 });
    assert.equal(host.ran.filter((line) => line === "/bin/launchctl list").length, 1);
  });

  it("asks once for a process, and once for a job", async () => {
    const { host, loop, tick } = launchd();
    await tick([4242, 4000]);
    host.clock.advance(60);
    await tick([4242, 4000]);
    assert.equal(host.ran.length, 3);
    host.clock.advance(60);
    await tick([4242, 4000], 2000);
    assert.deepEqual(host.ran.slice(3), ["/bin/launchctl list"]);
    assert.deepEqual(loop.of({ pid: 4242, startTime: 2000 }).openFiles, { value: 4096 });
    assert.deepEqual(loop.of(server).openFiles, { missing: "not_measured" }, "it is gone");
  });

  it("looks in the system's domain for who has no session there, and there only for root", async () => {
    const { host, loop, tick } = launchd();
    host.setCommand("/bin/launchctl print gui/501/local.mlx-chat", said("", 113));
    host.setCommand("/bin/launchctl print system/local.mlx-chat", said(print));
    await tick([4242, 4000]);
    assert.deepEqual(loop.of(server).openFiles, { value: 4096 });
    const root = launchd(0);
    await root.tick([4242, 4000]);
    assert.equal(root.host.ran[1], "/bin/launchctl print system/local.mlx-chat");
  });

  it("tries again half a minute after a failure, and says that it failed", async () => {
    const { host, loop, tick } = launchd();
    host.setCommand(plutil, said("", 1));
    await tick([4242, 4000]);
    assert.deepEqual(loop.of(server).openFiles, { missing: "error" });
    assert.equal(loop.lastRound().success, false);
    host.setCommand(plutil, said(propertyList));
    host.clock.advance(29);
    await tick([4242, 4000]);
    assert.deepEqual(loop.of(server).openFiles, { missing: "error" });
    host.clock.advance(1);
    await tick([4242, 4000]);
    assert.deepEqual(loop.of(server).openFiles, { value: 4096 });
    assert.equal(loop.lastRound().success, true);
  });

  it("never throws, and never yields a limit that is no count, whatever was printed", () => {
    const json = fc.json().map((text) => Buffer.from(`{"SoftResourceLimits":{"CPU":${text}}}`));
    fc.assert(
      fc.property(fc.oneof(arbitraryFile, json), (stdout) => {
        parseJobs(stdout);
        parseJobPath(stdout);
        for (const figure of Object.values(parseJobLimits(stdout) ?? {}) as { value?: number }[])
          assert.ok(figure.value === undefined || isCount(figure.value));
      }),
    );
  });
});
