import assert from "node:assert/strict";
import { statusPage } from "../../../src/exporter/4-expose/status-page.ts";
import { createExporter } from "../../../src/exporter/exporter.ts";
import type { View } from "../../../src/model/view.ts";
import { fixtureHost, roots } from "../../support/fixture-host.ts";

async function look(
  change: (host: ReturnType<typeof fixtureHost>) => void = () => undefined,
): Promise<View> {
  const host = fixtureHost("unified-v2");
  const exporter = await createExporter(host, {
    roots,
    rules: [],
    maxProcesses: 256,
    maxWorkloads: 64,
    maxNewPids: 256,
  });
  await exporter.look();
  change(host);
  host.clock.advance(1);
  return exporter.look();
}

const facts = { version: "1.2.3" };

describe("the status page", () => {
  it("marks a bar by how little is left under the limit that binds", async () => {
    const page = statusPage(await look(), facts, "/metrics");
    assert.match(page, /<progress class="low" max="100" value="89"/);
    assert.match(page, /bound by cgroup \(\/mlx\.slice\)/);
  });

  it("marks a limit that is as good as reached as critical, and never draws past the end", async () => {
    const page = statusPage(
      await look((host) => {
        host.put("/sys/fs/cgroup/mlx.slice/memory.current", String(9 * 1024 ** 3));
      }),
      facts,
      "/metrics",
    );
    assert.match(page, /<progress class="critical" max="100" value="100"/);
    assert.match(page, /-424 MiB left of 8\.0 GiB/);
  });

  it("names the machine once it is known, and collectors that failed", async () => {
    const machine = {
      hostname: "studio",
      os: "Debian 12",
      kernel: "6",
      cpu: "Fast",
      gpus: ["Big"],
    };
    const view = await look((host) => {
      host.put("/proc/meminfo", "forbidden");
    });
    const page = statusPage(view, { ...facts, machine }, "/m");
    assert.match(page, /studio · Debian 12 · Fast · Big · host memory unknown/);
    assert.match(page, /Not everything could be read: host/);
    assert.match(page, /href="\/m"/);
    assert.match(page, /memory_limit\/host: forbidden/);
  });

  it("says that usage is unknown where the kernel refuses it, instead of 0", async () => {
    const page = statusPage(
      await look((host) => {
        host.put("/proc/4242/status", "forbidden");
      }),
      facts,
      "/metrics",
    );
    assert.match(page, /<dt>memory<\/dt><dd>unknown<\/dd>/);
  });

  it("gives a rare limit a bar only when half of it is gone", async () => {
    const withLocked = async (kibibytes: number) =>
      statusPage(
        await look((host) => {
          const status = host.files.read("/proc/4242/status");
          assert.ok(status.kind === "read");
          const text = status.bytes.toString().replace(/^VmLck:.*$/m, `VmLck:\t${kibibytes} kB`);
          host.put("/proc/4242/status", text);
        }),
        facts,
        "/metrics",
      );
    assert.doesNotMatch(await withLocked(1024), /aria-label="locked memory in use/);
    assert.match(await withLocked(6144), /aria-label="locked memory in use: 75 percent"/);
  });

  it("counts what a cap left out, and lists workloads without a process", async () => {
    const view = await look((host) => {
      host.remove("/proc/4242");
      host.put("/proc/1/stat", "1 (init) S 0 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 2 0 0");
    });
    const page = statusPage(
      { ...view, dropped: { processes: 3, workloads: 0, churn: 0 } },
      facts,
      "/metrics",
    );
    assert.match(page, /mlx_lm\.server:tiny-llama: expected, and not running/);
    assert.match(page, /3 left out because of a cap/);
    const stopped = view.workloads.map((workload) => ({ ...workload, expected: false }));
    assert.match(
      statusPage({ ...view, workloads: stopped }, facts, "/metrics"),
      /tiny-llama: not running/,
    );
  });
});
