import assert from "node:assert/strict";
import { processesTable } from "../../src/commands/ps-table.ts";
import { createExporter } from "../../src/exporter/exporter.ts";
import { allocatorReport } from "../support/allocator-report.ts";
import { fixtureHost, roots } from "../support/fixture-host.ts";
import { assertGolden } from "../support/golden.ts";
import { manyProcessesHost, worstPid } from "../support/many-processes.ts";
import type { MemoryHost } from "../support/memory-host.ts";
import { inPidNamespace } from "../support/pid-namespace.ts";
import { runCli, type Outcome } from "../support/run-cli.ts";

/** Runs `ps` on a recorded machine; its pause between two looks passes at once. */
function ps(host: MemoryHost, ...argv: readonly string[]): Promise<Outcome> {
  const sleep = async (seconds: number): Promise<void> => {
    await new Promise(setImmediate);
    host.clock.advance(seconds);
  };
  return runCli(["ps", "--path.rootfs", "/", ...argv], {
    ...host,
    clock: { ...host.clock, sleep },
  });
}

describe("ps", () => {
  it("prints every limit as JSON: the keys are a contract", async () => {
    const { code, stdout, stderr } = await ps(fixtureHost("unified-v2"), "--format", "json");
    assert.deepEqual([code, stderr], [0, ""]);
    assertGolden("ps/unified-v2.json", stdout);
  });

  it("prints what MLX's allocator holds for a process that reports it", async () => {
    const host = fixtureHost("unified-v2");
    host.put("/reports/4242.json", { owned: allocatorReport({ time: 1_800_000_000 }), uid: 1000 });
    const { stdout } = await ps(host, "--format", "json", "--allocator.path", "/reports/");
    const { processes } = JSON.parse(stdout) as {
      processes: readonly { usage: Readonly<Record<string, number>> }[];
    };
    const usage = processes[0]?.usage;
    assert.equal(usage?.["allocatorActiveBytes"], 3_000_000);
    assert.equal(usage["allocatorCacheBytes"], 200_000);
    assert.equal(usage["allocatorPeakBytes"], 4_000_000);
  });

  it("takes no folder of reports that depends on where it is started", async () => {
    const { code, stderr } = await ps(fixtureHost("unified-v2"), "--allocator.path", "reports");
    assert.equal(code, 2);
    assert.match(stderr, /--allocator\.path takes a folder from the root on, not 'reports'/);
  });

  it("asks the engine whose socket it is given for the names of containers, and no other", async () => {
    const host = fixtureHost("unified-v2");
    const id = "ab".repeat(32);
    host.put("/proc/4242/cgroup", `0::/docker/${id}\n`);
    host.put("/run/engine.sock", "");
    host.put("/var/run/docker.sock", "");
    host.answer(({ url }) => ({
      kind: "answered",
      status: 200,
      body: Buffer.from(url.endsWith("/version") ? '{"ApiVersion":"1.41"}' : '{"Name":"/web"}'),
    }));
    const { stdout } = await ps(
      host,
      "--format",
      "json",
      "--containers.socket",
      "/run/engine.sock",
    );
    assert.match(stdout, /"container": "web"/);
    assert.deepEqual(
      [...new Set(host.asked.map(({ socketPath }) => socketPath))],
      ["/run/engine.sock"],
    );
    const relative = await ps(host, "--containers.socket", "engine.sock");
    assert.match(relative.stderr, /--containers\.socket takes a path from the root on/);
  });

  it("prints one line a process, with what is left under the limit that binds", async () => {
    const { code, stdout } = await ps(fixtureHost("unified-v2"));
    assert.equal(code, 0);
    assertGolden("ps/unified-v2.txt", stdout);
  });

  it("puts the process that is worst off first, as the status page does", async () => {
    const { stdout } = await ps(manyProcessesHost());
    assert.match(stdout.split("\n")[1] ?? "", new RegExp(` ${worstPid} `));
  });

  it("colours a line by how urgent it is, and none that is fine", async () => {
    const host = manyProcessesHost();
    const { stdout } = await ps(host);
    assert.ok(!stdout.includes("\x1b"), "not where colour is off");
    const exporter = await createExporter(host, {
      roots,
      rules: [],
      maxProcesses: 256,
      maxWorkloads: 64,
    });
    const lines = processesTable((await exporter.look()).processes, true).split("\n");
    const coloured = (code: string) =>
      lines.filter((line) => line.startsWith(`\x1b[${code}m`)).length;
    assert.deepEqual([coloured("31"), coloured("33")], [18, 40]);
    assert.equal(lines.filter((line) => line.includes("\x1b")).length, 18 + 40);
  });

  it("names on stderr each field that the kernel refuses to this user, and is silent when it refuses none", async () => {
    const host = fixtureHost("unified-v2");
    assert.equal(
      (await ps(host)).stderr,
      "The kernel refuses to this user: disk_read_bytes, disk_written_bytes, environment. docs/deploy.md says what each needs.\n",
    );
    host.put("/proc/4242/io", "read_bytes: 4096\nwrite_bytes: 0\n");
    host.put("/proc/4242/environ", "PATH=/usr/bin\0");
    assert.equal((await ps(host)).stderr, "");
  });

  it("says that processes may run that are not seen: on stderr, and as JSON in the data", async () => {
    const field = "other_processes";
    const contained = () => inPidNamespace(fixtureHost("unified-v2"));
    assert.match((await ps(contained())).stderr, /^Only processes of this PID namespace/m);
    const json = await ps(contained(), "--format", "json");
    assert.deepEqual((JSON.parse(json.stdout) as { unavailable: unknown }).unavailable, [
      { field, reason: "unsupported" },
    ]);
    assert.equal(json.stderr, "");
    const hidden = fixtureHost("unified-v2");
    for (const path of ["/proc/2", "/proc/4242"]) hidden.remove(path);
    hidden.put("/proc/900/stat", "900 (node) S 0 0 0 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 2 0 0");
    const { stderr } = await ps(hidden);
    assert.match(stderr, /^No MLX process runs here.*\nProcesses of other users are hidden/);
  });

  it("prints an empty list, and says on stderr how to find out why, when no MLX process runs", async () => {
    const host = fixtureHost("unified-v2");
    host.remove("/proc/4242");
    host.put("/proc/1/stat", "1 (init) S 0 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 2 0 0");
    host.put("/proc/1/cmdline", "/sbin/init\0");
    const table = await ps(host);
    assert.deepEqual([table.code, table.stdout], [0, ""]);
    assert.match(table.stderr, /ps --explain PID/);
    assert.deepEqual(JSON.parse((await ps(host, "--format", "json")).stdout), { processes: [] });
  });

  it("explains a process that counts", async () => {
    const { code, stdout } = await ps(fixtureHost("unified-v2"), "--explain", "4242");
    assert.equal(code, 0);
    assert.equal(
      stdout,
      "4242: counted as mlx_lm.server:tiny-llama (mlx_lm.server, server): argv[1] is the console script mlx_lm.server\n",
    );
  });

  it("never prints what the command line of a process holds", async () => {
    const host = fixtureHost("unified-v2");
    host.put("/proc/4300/stat", "4300 (uv) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 20 0 0");
    host.put("/proc/4300/cmdline", "uv\0run\0mlx_lm.server\0--api-key\0sk-secret\0");
    for (const argv of [
      ["--explain"],
      ["--explain", "4300"],
      ["--explain", "--format", "json"],
      [],
    ]) {
      const { stdout, stderr } = await ps(host, ...argv);
      assert.doesNotMatch(stdout + stderr, /secret|api-key/);
    }
  });

  it("says so when there is no such process", async () => {
    const { code, stderr } = await ps(fixtureHost("unified-v2"), "--explain", "77");
    assert.equal(code, 2);
    assert.match(stderr, /There is no process 77/);
  });
});
