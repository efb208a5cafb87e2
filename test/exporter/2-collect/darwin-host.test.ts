import assert from "node:assert/strict";
import { darwinHost } from "../../../src/exporter/2-collect/darwin-host.ts";
import { createDarwinWatch } from "../../../src/exporter/2-collect/darwin-watch.ts";
import { known, missing, type Figure } from "../../../src/model/figure.ts";
import { noReport } from "../../../src/model/reading.ts";
import { fixtureMac } from "../../support/fixture-mac.ts";

const table = await createDarwinWatch(fixtureMac("mac-swapped")).look();
const failed = { missing: "error", detail: "it hangs" } as const;

interface OfProcesses {
  readonly mlxGraphicsBytes?: Figure;
  readonly reports?: Parameters<typeof darwinHost>[2]["reports"];
}

/** The host's reading, when some things are otherwise. */
function host(
  { mlxGraphicsBytes = known(0), reports = [noReport("not_measured")] }: OfProcesses = {},
  changed: Partial<typeof table> = {},
  cpuTimes: Parameters<typeof darwinHost>[1] = [],
) {
  return darwinHost({ ...table, ...changed }, cpuTimes, { mlxGraphicsBytes, reports });
}

const wired = 218103 * 16384;

describe("darwin-host", () => {
  it("takes for available what is not used as Activity Monitor counts", () => {
    const used = 289631 + 287954 + 919 + 218103 + 716251 - 132 - 248945;
    const { memoryTotalBytes, memoryAvailableBytes } = host();
    assert.deepEqual(memoryTotalBytes, known(25769803776));
    assert.deepEqual(memoryAvailableBytes, known(25769803776 - used * 16384));
  });

  it("reads swap, CPUs and the boot time, and has no tasks and no OOM kills", () => {
    const reading = host();
    assert.deepEqual(reading.swapTotalBytes, known(14336 * 1024 ** 2));
    assert.deepEqual(reading.swapUsedBytes, known(Math.round(13262.06 * 1024 ** 2)));
    assert.deepEqual([reading.cpuCores, reading.bootTime], [known(10), known(1788134400)]);
    for (const figure of [reading.tasks, reading.tasksMax, reading.oomKills])
      assert.deepEqual(figure, missing("unsupported"));
  });

  it("adds up CPU seconds of all CPUs by mode, and counts the CPUs where sysctl fails", () => {
    const cpu = new Map([
      ["user", 1.5],
      ["idle", 10],
    ]);
    const reading = host({}, { sysctl: failed }, [cpu, cpu]);
    assert.deepEqual(Object.fromEntries(reading.cpuSeconds), { user: 3, idle: 20 });
    assert.deepEqual(reading.cpuCores, known(2));
    assert.deepEqual(reading.memoryTotalBytes, missing("error"));
    assert.deepEqual(host({}, { sysctl: failed }).cpuCores, missing("error"));
  });

  it("tells wired memory, the compressor's and the pressure", () => {
    const { darwin } = host();
    assert.deepEqual(darwin?.wiredBytes, known(wired));
    assert.deepEqual(darwin.compressorBytes, known(716251 * 16384));
    assert.deepEqual(darwin.pressureLevel, known(2));
  });

  it("takes a wired limit of 0 for no limit that was set", () => {
    assert.deepEqual(host().darwin?.wiredLimitBytes, missing("unlimited"));
    assert.deepEqual(host({}, { sysctl: failed }).darwin?.wiredLimitBytes, missing("error"));
  });

  it("attributes wired memory to MLX by its graphics memory, and never finds less than none left", () => {
    const rest = (mlxGraphicsBytes: Figure) =>
      host({ mlxGraphicsBytes }).darwin?.wiredUnattributedBytes;
    assert.deepEqual(rest(known(wired - 7)), known(7));
    assert.deepEqual(rest(known(2 * wired)), known(0));
    assert.deepEqual(rest(missing("forbidden")), missing("forbidden"));
  });

  it("takes the smallest working set that a report claims, and none from silence", () => {
    const claim = (workingSetBytes: number) => ({ ...noReport("not_measured"), workingSetBytes });
    const { darwin } = host({ reports: [claim(9), noReport("error"), claim(7)] });
    assert.deepEqual(darwin?.workingSetBytes, known(7));
    assert.deepEqual(host().darwin?.workingSetBytes, missing("not_measured"));
  });

  it("loses to a command that fails its own figures only", () => {
    const { memoryAvailableBytes, swapUsedBytes, darwin } = host({}, { vmStat: failed });
    assert.deepEqual(memoryAvailableBytes, missing("error"));
    assert.ok("value" in swapUsedBytes);
    assert.deepEqual(darwin?.wiredUnattributedBytes, missing("error"));
  });
});
