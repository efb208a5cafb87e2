import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../support/fixture-host.ts";
import { runProgram } from "../support/real-commands.ts";
import { requireTool } from "../support/requires.ts";

/** The keys of launchd.plist(5) as of macOS 15, those for sockets, Mach services and events aside. */
const known = new Set(
  `AbandonProcessGroup Bonjour Debug Disabled EnableGlobbing EnablePressuredExit EnableTransactions EnvironmentVariables
  ExitTimeOut GroupName HardResourceLimits HopefullyExitsLast InitGroups KeepAlive Label LaunchOnlyOnce LegacyTimers
  LimitLoadFromHosts LimitLoadToHosts LimitLoadToSessionType LowPriorityBackgroundIO LowPriorityIO MaterializeDatalessFiles
  Nice ProcessType Program ProgramArguments QueueDirectories RootDirectory RunAtLoad SessionCreate SoftResourceLimits
  StandardErrorPath StandardInPath StandardOutPath StartCalendarInterval StartInterval StartOnMount ThrottleInterval TimeOut
  Umask UserName WaitForDebugger WatchPaths WorkingDirectory`.split(/\s+/),
);
const limits = new Set(
  "Core CPU Data FileSize MemoryLock NumberOfFiles NumberOfProcesses ResidentSetSize Stack".split(
    " ",
  ),
);
const path = join(repository, "deploy/launchd/mlx-headroom.plist");

/** What the property list holds, as Python's own parser reads it. */
function read(context: Mocha.Context): Record<string, unknown> {
  requireTool(context, "python3", "parses property lists");
  const script =
    "import json, plistlib, sys; print(json.dumps(plistlib.load(open(sys.argv[1], 'rb'))))";
  const { status, output } = runProgram("python3", ["-c", script, path]);
  assert.equal(status, 0, output);
  return JSON.parse(output) as Record<string, unknown>;
}

describe("the job for launchd", () => {
  let job: Record<string, unknown>;

  before(function () {
    job = read(this);
  });

  it("is a property list with keys that launchd knows, each once", () => {
    assert.deepEqual(
      Object.keys(job).filter((key) => !known.has(key)),
      [],
    );
    for (const name of ["HardResourceLimits", "SoftResourceLimits"])
      for (const [key, value] of Object.entries(job[name] as object))
        assert.ok(limits.has(key) && Number.isInteger(value), key);
    const keys = [...readFileSync(path, "utf8").matchAll(/^ {2}<key>(\w+)<\/key>$/gm)];
    assert.equal(keys.length, Object.keys(job).length);
  });

  it("runs without root, starts with the machine and again after its end, but not at once", () => {
    const { UserName, RunAtLoad, KeepAlive, ThrottleInterval, Label } = job;
    assert.deepEqual([RunAtLoad, KeepAlive, Label], [true, true, "mlx-headroom"]);
    assert.ok(typeof UserName === "string" && UserName !== "root");
    assert.ok((ThrottleInterval as number) >= 10);
  });

  it("gives Node the flags of the systemd unit", () => {
    const [, ...args] = job["ProgramArguments"] as readonly string[];
    const unit = readFileSync(join(repository, "deploy/mlx-headroom.service"), "utf8");
    const flags = /^ExecStart=\S+ ((?:--\S+ )+)/m.exec(unit)?.[1]?.trim().split(" ") ?? [];
    assert.deepEqual(args, [...flags, "/opt/homebrew/bin/mlx-headroom", "serve"]);
  });
});
