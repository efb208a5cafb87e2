import assert from "node:assert/strict";
import { pagePolicy, statusPage } from "../../../src/exporter/4-expose/status-page.ts";
import { createExporter } from "../../../src/exporter/exporter.ts";
import type { View } from "../../../src/model/view.ts";
import { allocatorReport } from "../../support/allocator-report.ts";
import { fixtureHost, roots } from "../../support/fixture-host.ts";
import { manyProcesses, manyProcessesHost, worstPid } from "../../support/many-processes.ts";
import type { MemoryHost } from "../../support/memory-host.ts";
import { inPidNamespace } from "../../support/pid-namespace.ts";

async function look(
  change: (host: MemoryHost) => void = () => undefined,
  host: MemoryHost = fixtureHost("unified-v2"),
): Promise<View> {
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

const facts = { version: "1.2.3", now: 1_800_000_000 };

async function pageOf(change?: (host: MemoryHost) => void): Promise<string> {
  return statusPage(await look(change), facts, "/metrics");
}

/** Text of the page's section of problems. */
function problemsIn(page: string): string {
  return /<section class="problems"[^]*?<\/section>/.exec(page)?.[0] ?? "";
}

describe("the status page", () => {
  it("says of a process which limit it will meet first, and how much of it is left, in words", async () => {
    const page = await pageOf();
    assert.match(page, /<tr class="low"><th scope="row">/);
    assert.match(page, /<b>low<\/b><progress max="100" value="89"/);
    assert.match(page, /11 % of memory left/);
    assert.match(page, /<b class="low">924 MiB low<\/b>/);
  });

  it("details each binding limit with its level in the tree, and what is missing and why", async () => {
    const page = await pageOf();
    assert.match(page, /924 MiB left of 8\.0 GiB, 7\.1 GiB in use, low/);
    assert.match(page, /bound by cgroup \(\/mlx\.slice\)/);
    assert.match(
      page,
      /Not known: disk_read_bytes \(forbidden\), disk_written_bytes \(forbidden\)/,
    );
    assert.match(page, /No limit set: memory\/rlimit_data/);
  });

  it("tells what MLX's allocator holds, since when it is silent, or why its report is refused", async () => {
    const file = "/run/mlx-headroom/4242.json";
    const reporting = (changes: object, uid = 1000) =>
      pageOf((host) => {
        host.put(file, { owned: allocatorReport({ time: 1_800_000_000, ...changes }), uid });
      });
    const page = await reporting({});
    assert.match(page, /<dd>2\.9 MiB active, 195 KiB cache, 3\.8 MiB peak<\/dd>/);
    assert.match(page, /<dt>MLX<\/dt><dd>0\.32\.4 \(cpu\)<\/dd>/);
    assert.match(await reporting({ time: 1000 }), /not reported since 1970-01-01T00:16:40\.000Z/);
    assert.match(await reporting({}, 33), /its report is refused: it belongs to another user/);
    assert.doesNotMatch(await pageOf(), /allocator<\/dt>/);
  });

  it("never draws a bar past its end", async () => {
    const page = await pageOf((host) => {
      host.put("/sys/fs/cgroup/mlx.slice/memory.current", String(9 * 1024 ** 3));
    });
    assert.match(page, /<b>critical<\/b><progress max="100" value="100"/);
    assert.match(page, /over the memory limit/);
    assert.match(page, /-424 MiB left of 8\.0 GiB/);
  });

  it("says that less than a percent is left, and that a limit is 0", async () => {
    const limited = (bytes: number) => (host: MemoryHost) => {
      host.put("/sys/fs/cgroup/mlx.slice/memory.max", String(bytes));
    };
    assert.match(await pageOf(limited(7_621_500_000)), /&lt;1 % of memory left/);
    assert.match(await pageOf(limited(0)), /the memory limit is 0/);
  });

  it("counts processes by urgency in its head and title, and shows what the machine has left", async () => {
    const page = statusPage(await look(undefined, manyProcessesHost()), facts, "/metrics");
    assert.match(page, /<strong>256<\/strong>processes in 40 workloads/);
    assert.match(page, /<title>18 critical, mlx-headroom<\/title>/);
    assert.match(page, /<li class="low"><strong>40<\/strong>low/);
    assert.match(page, /<strong>16\.0 GiB<\/strong>.*of 31\.4 GiB host memory left/);
    assert.match(page, /<strong>7\.8 GiB<\/strong>.*of 8\.0 GiB host swap left/);
  });

  it("shows the process that is worst off first", async () => {
    const page = statusPage(await look(undefined, manyProcessesHost()), facts, "/metrics");
    assert.equal(/<details id="p(\d+)@/.exec(page)?.[1], String(worstPid));
  });

  it("stays below 500 kB with 256 processes", async function () {
    const page = statusPage(await look(undefined, manyProcessesHost()), facts, "/metrics");
    assert.equal(page.match(/<th scope="row">/g)?.length, manyProcesses);
    assert.ok(page.length < 500_000, `${page.length} bytes`);
    if (this.test !== undefined) this.test.title += `: ${Math.round(page.length / 1000)} kB`;
  });

  it("shows no more rows than that, whatever the cap of the exporter, and says how many it leaves out", async () => {
    const view = await look(undefined, manyProcessesHost());
    const doubled = { ...view, processes: [...view.processes, ...view.processes] };
    const page = statusPage(doubled, facts, "/metrics");
    assert.equal(page.match(/<th scope="row">/g)?.length, 256);
    assert.match(page, /256 more are better off and not shown/);
  });

  it("cuts a long cgroup path to its end", async () => {
    const view = await look();
    const processes = view.processes.map((process) => ({
      ...process,
      limits: process.limits.map((limit) => ({ ...limit, scope: `/${"x".repeat(4000)}/end` })),
    }));
    const page = statusPage({ ...view, processes }, facts, "/metrics");
    assert.match(page, /\(…x{115}\/end\)/);
    assert.doesNotMatch(page, /x{116}/);
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
    assert.match(page, /studio · Debian 12 · Fast · Big/);
    assert.match(page, /as of <time [^>]*>2027-01-15 08:00:00 UTC</);
    assert.match(page, /<strong>unknown<\/strong>host memory</);
    assert.match(problemsIn(page), /Not everything could be read: host\./);
    assert.match(page, /href="\/m"/);
    assert.match(page, /memory_limit\/host \(forbidden\)/);
  });

  it("shows no swap where the machine has none", async () => {
    const page = await pageOf((host) => {
      host.put("/proc/meminfo", "MemTotal: 100 kB\nMemAvailable: 50 kB\nSwapTotal: 0 kB\n");
    });
    assert.match(page, /host memory left/);
    assert.doesNotMatch(page, /host swap/);
  });

  it("says that usage is unknown where the kernel refuses it, instead of 0, and lists it by reason", async () => {
    const page = await pageOf((host) => {
      host.put("/proc/4242/status", "forbidden");
    });
    assert.match(page, /<dt>memory used<\/dt><dd>unknown<\/dd>/);
    assert.match(page, /<dt>forbidden: [^<]*<\/dt><dd>[^<]*memory_resident_bytes \(1\)/);
  });

  it("shows a process under no known limit as unknown", async () => {
    const view = await look();
    const processes = view.processes.map((process) => ({ ...process, limits: [] }));
    const page = statusPage({ ...view, processes }, facts, "/metrics");
    assert.match(page, /<tr class="unknown">/);
    assert.match(page, /<b>unknown<\/b> <span>no limit is known</);
    assert.match(page, /<strong>1<\/strong>unknown/);
  });

  it("gives a rare limit a bar only when half of it is gone", async () => {
    const withLocked = (kibibytes: number) =>
      pageOf((host) => {
        const status = host.files.read("/proc/4242/status");
        assert.ok(status.kind === "read");
        const text = status.bytes.toString().replace(/^VmLck:.*$/m, `VmLck:\t${kibibytes} kB`);
        host.put("/proc/4242/status", text);
      });
    assert.doesNotMatch(await withLocked(1024), /<b>locked memory<\/b>/);
    assert.match(await withLocked(6144), /<b>locked memory<\/b><progress max="100" value="75"/);
  });

  for (const [failure, sentence] of [
    [{ reason: "timeout" }, "did not answer its probe within 30 s."],
    [
      { reason: "connection", detail: "ECONNREFUSED" },
      "cannot be reached by its probe (ECONNREFUSED).",
    ],
    [{ reason: "status", detail: "503" }, "answered its probe with status 503."],
    [{ reason: "too_large" }, "answered its probe with more than one token can be."],
    [{ reason: "not_json" }, "answered its probe with something that is no JSON."],
    [{ reason: "no_choice" }, "answered its probe without a completion."],
    [{ reason: "unexpected" }, "answered its probe without the expected text."],
    [
      { reason: "token_file", detail: "absent" },
      "was not asked: its token file cannot be used (absent).",
    ],
  ] as const) {
    it(`says what is wrong when a probe failed: ${failure.reason}`, async () => {
      const view = await look();
      const probe = { success: false as const, seconds: 30.004, ...failure };
      const workloads = view.workloads.map((workload) => ({ ...workload, probe }));
      const problems = problemsIn(statusPage({ ...view, workloads }, facts, "/metrics"));
      assert.ok(problems.includes(`<li>mlx_lm.server:tiny-llama ${sentence}</li>`), problems);
    });
  }

  it("tells of no problem when a probe succeeded", async () => {
    const view = await look();
    const probe = { success: true as const, seconds: 0.1 };
    const workloads = view.workloads.map((workload) => ({ ...workload, probe }));
    assert.match(problemsIn(statusPage({ ...view, workloads }, facts, "/m")), /hidden/);
  });

  it("has no problems to tell of when there are none", async () => {
    assert.match(problemsIn(await pageOf()), /^<section [^>]*hidden>/);
  });

  it("counts what a cap left out, and lists workloads without a process", async () => {
    const view = await look((host) => {
      host.remove("/proc/4242");
      host.put("/proc/1/stat", "1 (init) S 0 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 2 0 0");
    });
    const dropped = statusPage(
      { ...view, dropped: { processes: 3, workloads: 2, churn: 0, label: 0 } },
      facts,
      "/m",
    );
    assert.match(problemsIn(dropped), /tiny-llama is expected, and not running\./);
    assert.match(problemsIn(dropped), /3 processes were left out.*--discover\.max-processes/);
    assert.match(problemsIn(dropped), /2 workloads were left out.*--discover\.max-workloads/);
    assert.match(dropped, /No MLX process runs here/);
    const stopped = view.workloads.map((workload) => ({ ...workload, expected: false }));
    const page = statusPage({ ...view, workloads: stopped }, facts, "/metrics");
    assert.match(page, /not expected to have one<\/h2><p>mlx_lm\.server:tiny-llama<\/p>/);
    assert.match(problemsIn(page), /hidden/);
  });

  it("says that processes may run that are not seen, among what is not known and as no problem", async () => {
    const view = await look(undefined, inPidNamespace(fixtureHost("unified-v2")));
    const page = statusPage(view, facts, "/metrics");
    assert.match(page, /<p>Only processes of this PID namespace are seen.*hostPID.*<\/p>/);
    assert.match(page, /<dt>unsupported: [^<]*<\/dt><dd>other_processes[,<]/);
    assert.match(problemsIn(page), /hidden/);
    assert.doesNotMatch(await pageOf(), /Only processes of|other_processes/);
  });

  it("says that the config file could not be loaded again, and since when the old one holds", async () => {
    const view = await look();
    const config = { successful: false, loadedAt: 1_799_990_000 };
    assert.match(
      problemsIn(statusPage(view, { ...facts, config }, "/m")),
      /config file could not be loaded again; what it said at 2027-01-15 05:13:20 UTC holds/,
    );
    const loaded = { ...facts, config: { ...config, successful: true } };
    assert.doesNotMatch(statusPage(view, loaded, "/m"), /config file/);
  });

  it("lets a browser run no script or style but its own", () => {
    assert.doesNotMatch(pagePolicy, /unsafe/);
    assert.match(pagePolicy, /script-src 'sha256-[\w+/]{43}='/);
  });
});
