import assert from "node:assert/strict";
import { createPidSeries } from "../../../src/exporter/ledger/pid-series.ts";
import type { MlxProcess } from "../../../src/model/process.ts";

const born = (pid: number, startTime: number, workload = "chat"): MlxProcess => ({
  pid,
  parentPid: 1,
  startTicks: pid,
  startTime,
  workload,
  runtime: "mlx_lm.server",
  role: "server",
});
const keys = (processes: readonly MlxProcess[]) => processes.map(({ pid }) => `${pid}@${pid}`);

describe("series with a pid", () => {
  it("are for all that was there at the first look, however young and many", () => {
    const series = createPidSeries(1);
    const processes = [born(1, 1000), born(2, 1000)];
    assert.deepEqual([...series.admit(processes, 1001, 1)], keys(processes));
    assert.equal(series.refused(), 0);
  });

  it("wait half a minute for a process that has company, and not for one that is alone", () => {
    const series = createPidSeries(10);
    const old = born(1, 0);
    series.admit([old], 1000, 0);
    const beside = born(2, 1000);
    const alone = born(3, 1000, "other");
    assert.deepEqual([...series.admit([old, beside, alone], 1029, 29)], keys([old, alone]));
    assert.deepEqual([...series.admit([old, beside, alone], 1030, 30)], keys([old, alone, beside]));
  });

  it("stay once they are there, also when the process gets company", () => {
    const series = createPidSeries(10);
    series.admit([], 1000, 0);
    const alone = born(3, 1000);
    series.admit([alone], 1001, 1);
    assert.deepEqual([...series.admit([alone, born(4, 1002)], 1002, 2)], keys([alone]));
  });

  it("are given to so many in an hour, counted once for each that gets none, and given again after it", () => {
    const series = createPidSeries(2);
    series.admit([], 1000, 0);
    let admitted = 0;
    for (let restart = 1; restart <= 1000; restart++) {
      const process = born(restart, 1000 + restart);
      // Two looks each, as a scrape and a tick make them.
      for (let look = 0; look < 2; look++) {
        admitted += series.admit([process], 1000 + restart, restart).size / 2;
      }
    }
    assert.deepEqual([admitted, series.refused()], [2, 998]);
    assert.equal(series.admit([born(2000, 5000)], 5000, 5000).size, 1);
  });
});
