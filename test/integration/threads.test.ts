import assert from "node:assert/strict";
import type { Exporter } from "../../lab/exporter.ts";
import type { MlxServer } from "../../lab/mlx-server.ts";
import { select } from "../support/exposition.ts";
import { afterwards, realExporter, realServer } from "../support/lab.ts";

function sum(text: string | undefined, name: string, pid: number): number {
  const series = select(text ?? "", name, { pid: String(pid) });
  return series.reduce((total, { value }) => total + value, 0);
}

describe("the threads of a real mlx_lm.server", function () {
  this.timeout(120_000);
  const undo = afterwards();
  let server: MlxServer;
  let exporter: Exporter;

  before(async function () {
    server = await realServer(this);
    undo(() => server.stop());
    exporter = await realExporter(["--collector.threads"]);
    undo(() => exporter.stop());
  });

  it("account under load for what the process used since the first scrape, and never for more", async () => {
    const cpu = "mlx_process_cpu_seconds_total";
    const scrapes = [await exporter.metrics()];
    const usedSince = () => sum(scrapes.at(-1), cpu, server.pid) - sum(scrapes[0], cpu, server.pid);
    for (let request = 0; request < 40 && usedSince() < 3; request++) {
      const answer = server.complete("hello ".repeat(150), 160);
      scrapes.push(await exporter.metrics());
      await answer;
      scrapes.push(await exporter.metrics());
    }
    const told = scrapes.map((text) =>
      sum(text, "mlx_process_thread_cpu_seconds_total", server.pid),
    );
    told.forEach((seconds, index) => {
      const whole = sum(scrapes[index], cpu, server.pid);
      // Sums of decimals are off by far less than a clock tick of 0.01 s.
      assert.ok(seconds <= whole + 1e-6, `threads ${seconds} s of ${whole} s`);
      assert.ok(seconds >= (told[index - 1] ?? 0) - 1e-6, "the sum fell");
    });
    const ofProcess = usedSince();
    const ofThreads = (told.at(-1) ?? 0) - (told[0] ?? 0);
    assert.ok(ofProcess >= 1, `only ${ofProcess} s of load`);
    // What is missing are threads that answered one request and ended before anybody looked.
    assert.ok(Math.abs(ofThreads / ofProcess - 1) <= 0.1, `${ofThreads} s of ${ofProcess} s`);
  });
});
