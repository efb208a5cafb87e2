import assert from "node:assert/strict";
import type { Sample } from "../../../src/catalog/metrics.ts";
import { createRenderer } from "../../../src/exporter/4-expose/registry.ts";

const binding = (scope: string, source: string): Sample => ({
  metric: "workloadLimitBinding",
  labels: { workload: "w", resource: "memory", source, scope },
  value: 1,
});
const kills: Sample = { metric: "workloadOomKills", labels: { workload: "w" }, value: 3 };

const self = { openFds: () => 17 };

describe("registry", () => {
  it("stays right when text, OpenMetrics and text are asked for in a row", async () => {
    const renderer = createRenderer(self);
    const first = await renderer.render([kills], "text");
    const open = await renderer.render([kills], "openmetrics");
    const again = await renderer.render([kills], "text");
    assert.match(
      first.text,
      /^# TYPE mlx_workload_oom_kills_total counter\nmlx_workload_oom_kills_total\{workload="w"\} 3$/m,
    );
    assert.match(
      open.text,
      /^# TYPE mlx_workload_oom_kills counter\nmlx_workload_oom_kills_total\{workload="w"\} 3$/m,
    );
    assert.ok(open.text.endsWith("# EOF\n"));
    const ours = (text: string) => text.split("\n").filter((line) => line.startsWith("mlx_"));
    assert.deepEqual(ours(again.text), ours(first.text));
    assert.match(again.text, /^process_cpu_seconds_total /m);
    assert.match(first.contentType, /^text\/plain/);
    assert.match(open.contentType, /^application\/openmetrics-text/);
  });

  it("keeps series apart whose labels would read the same when joined with commas", async () => {
    const { text } = await createRenderer().render(
      [binding("z", "x,scope:y"), binding("y,scope:z", "x")],
      "text",
    );
    assert.equal(
      text.split("\n").filter((line) => line.startsWith("mlx_workload_limit_binding_info")).length,
      2,
    );
  });

  it("never writes NaN or an infinity: what is unknown is absent", async () => {
    const bad = [NaN, Infinity, -Infinity].map((value): Sample => ({ ...kills, value }));
    for (const format of ["text", "openmetrics"] as const) {
      const { text } = await createRenderer().render(bad, format);
      assert.ok(!/ (Nan|NaN|[+-]Inf)$/m.test(text));
    }
  });

  it("tells how many descriptors the exporter has open, where that is known", async () => {
    const open = async (count: number | undefined) =>
      (await createRenderer({ openFds: () => count }).render([], "text")).text;
    assert.match(await open(17), /^# TYPE process_open_fds gauge\nprocess_open_fds 17$/m);
    assert.doesNotMatch(await open(undefined), /process_open_fds/);
  });

  it("publishes no gauge that is named like a counter, as prom-client's own defaults are", async () => {
    const { text } = await createRenderer(self).render([kills], "text");
    assert.doesNotMatch(text, /^# TYPE \S+_total gauge$/m);
    assert.match(text, /^# TYPE nodejs_\S+ gauge$/m);
  });

  it("leaves the exporter's own process_* and nodejs_* out when told to, and nothing else", async () => {
    for (const format of ["text", "openmetrics"] as const) {
      const { text } = await createRenderer().render([kills], format);
      const names = text.match(/^[a-z]\w+/gm);
      assert.deepEqual(names, ["mlx_workload_oom_kills_total"]);
    }
  });

  it("keeps no series of an earlier scrape", async () => {
    const renderer = createRenderer();
    await renderer.render([binding("/gone", "cgroup")], "text");
    assert.ok(!(await renderer.render([kills], "text")).text.includes("/gone"));
  });

  it("escapes quotes, backslashes and newlines in what processes call themselves", async () => {
    const { text } = await createRenderer().render([binding('a"b\\c\nd', "cgroup")], "text");
    assert.ok(text.includes('scope="a\\"b\\\\c\\nd"'));
  });
});
