import assert from "node:assert/strict";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { runCommand, temporaryFolder } from "../../lab/children.ts";
import { runMlxHeadroom } from "../../lab/exporter.ts";
import { startMlxServer, type MlxServer } from "../../lab/mlx-server.ts";
import { findPrometheus, startPrometheus } from "../../lab/prometheus.ts";
import { repository } from "../../lab/repository.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { lineSchema, type RecordingLine, type RecordingSample } from "../../src/model/recording.ts";
import { afterwards, mlxAndModel, orSkip, realExporter, slowSteps } from "../support/lab.ts";
import { requireComponent } from "../support/requires.ts";

const mebibyte = 1024 * 1024;
const program = join(repository, "dist", "bin.js");
/** Of the tiny model's cache: keys and values, in two layers, for two heads of 16 numbers of 4 bytes. */
const bytesPerToken = 2 * 2 * 2 * 16 * 4;
const patience = { timeoutSeconds: 60 };

/** The lines of a recording, each held to the format; a last one without a line feed is cut off, and left out. */
function linesOf(path: string): readonly RecordingLine[] {
  const lines = readFileSync(path, "utf8").split("\n");
  lines.pop();
  return lines.map((line) => lineSchema.parse(JSON.parse(line)));
}

const samplesOf = (lines: readonly RecordingLine[]) =>
  lines.filter((line): line is RecordingSample => line.kind === "sample");
const endOf = (lines: readonly RecordingLine[]) => {
  const last = lines.at(-1);
  return last?.kind === "end" ? last : undefined;
};

/** VmHWM as the kernel tells it now. Bytes. */
function highWater(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

describe("record", function () {
  this.timeout(300_000);
  const undo = afterwards();
  let server: MlxServer;
  let workload: string;
  let out: string;
  let python: string;

  before(async function () {
    const { mlx, model } = await mlxAndModel(this);
    python = mlx.python;
    // A model name of its own makes a workload of its own, whoever else runs servers on this machine.
    const name = `record-${process.pid}`;
    const own = join(temporaryFolder("model"), name);
    symlinkSync(model, own);
    workload = `mlx_lm.server:${name}`;
    out = temporaryFolder("recordings");
    const reports = temporaryFolder("reports");
    const env = { MLX_HEADROOM_REPORT_INTERVAL: "1" };
    server = orSkip(this, await startMlxServer(mlx, own, { reports, env })).server;
    undo(() => server.stop());
    // Weights are loaded before they are evaluated: only then does the allocator hold them.
    await waitUntil(() => {
      const report = JSON.parse(readFileSync(join(reports, `${server.pid}.json`), "utf8")) as {
        readonly active_bytes: number;
      };
      weights = report.active_bytes;
      return weights > 100_000 || undefined;
    }, patience);
    flags = ["--out", out, "--allocator.path", reports];
  });
  let flags: readonly string[];
  /** What the allocator holds before anybody has asked anything. Bytes. */
  let weights: number;

  /** Runs `record` to its end, and reads what it wrote. */
  async function record(...args: readonly string[]) {
    const { kind, stdout, stderr, ...rest } = await runMlxHeadroom(
      "record",
      workload,
      ...flags,
      ...args,
    );
    assert.equal(kind, "ok", stderr);
    return { lines: linesOf(stdout.trim()), stderr, path: stdout.trim(), ...rest };
  }

  /** Starts it as a shell would, so that it can be sent signals. */
  function started(...args: readonly string[]): {
    child: ChildProcess;
    ended: Promise<number | null>;
  } {
    const child = spawn(process.execPath, [program, "record", workload, ...flags, ...args], {
      stdio: "ignore",
    });
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    return { child, ended };
  }

  /** The newest recording of a scenario once it holds a sample. */
  async function underWay(scenario: string): Promise<string> {
    const folder = join(out, workload.replace(":", "-"));
    const found = await waitUntil(() => {
      const name = readdirSync(folder)
        .sort()
        .findLast((one) => one.startsWith(`${scenario}-`));
      const path = join(folder, name ?? "none");
      return samplesOf(linesOf(path)).length > 1 ? path : undefined;
    }, patience);
    return found ?? assert.fail("no sample was recorded");
  }

  it("keeps what a server uses while nobody asks it anything, its allocator included", async () => {
    const { lines, path } = await record("--scenario", "idle", "--duration", "4s");
    const [header] = lines;
    assert.ok(header?.kind === "header");
    assert.deepEqual([header.workload, header.scenario, header.source], [workload, "idle", "live"]);
    assert.match(header.versions.mlx ?? "", /^\d+\./);
    assert.match(path, /\/mlx_lm\.server-record-\d+\/idle-\d{8}T\d{6}Z\.jsonl$/);
    const samples = samplesOf(lines);
    assert.equal(samples.length, 5);
    for (const { processes } of samples) {
      assert.deepEqual(
        processes.map(({ pid }) => pid),
        [server.pid],
      );
      const [one] = processes;
      assert.ok((one?.allocatorActiveBytes ?? 0) > 100_000);
      assert.ok((one?.memoryUsedBytes ?? 0) > 50 * mebibyte);
    }
    assert.equal(endOf(lines)?.reason, "duration");
  });

  it("makes the load it is asked for, and keeps what came of it", async () => {
    const load = ["--load", "openai", "--rate", "4", "--prompt-tokens", "200", "--max-tokens", "8"];
    const { lines } = await record("--scenario", "average", "--duration", "6s", ...load);
    const last = lines.findLast((line) => line.kind === "load");
    assert.ok(last?.kind === "load");
    assert.equal(last.errors, 0);
    assert.ok(last.requests > 5 && last.requests <= 25, `${last.requests} requests`);
    assert.equal(last.tokens, last.requests * 8);
    assert.equal(last.distinctPrompts, 4);
    const length = (last.promptTokens ?? 0) / last.requests;
    assert.ok(Math.abs(length / 200 - 1) < 0.15, `${length} tokens a prompt`);
    assert.ok((last.latencyP50 ?? 0) > 0 && (last.latencyMax ?? 0) >= (last.latencyP50 ?? 0));
    const notes = lines.flatMap((line) => (line.kind === "note" ? [line.note] : []));
    assert.deepEqual(notes, ["load_started", "load_ended"]);
  });

  it("sees memory grow until ten prompts are cached, and that it is level then", async () => {
    const load = ["--load", "openai", "--rate", "5.7", "--max-tokens", "1"];
    const peak = ["--scenario", "peak", "--duration", "45s", "--prompt-tokens", "1000", ...load];
    // A process this small may reach a new peak at any time, when buffers happen to meet; then one records again, as
    // a person is told to. What never gets level is growth.
    let attempt = await record(...peak);
    for (let again = 0; again < 2 && endOf(attempt.lines)?.growth !== "level"; again++)
      attempt = await record(...peak);
    const { lines, stderr } = attempt;
    const told = highWater(server.pid);
    const samples = samplesOf(lines);
    const active = samples.map(({ processes }) => processes[0]?.allocatorActiveBytes ?? 0);
    // What is held between requests. The rate leaves room for that, and is no whole number: a reporter that looks once a
    // second would always see the same moment of a request.
    const kept = Math.min(...active.slice(Math.floor(active.length / 3))) - weights;
    const prompt = 1000 * bytesPerToken;
    assert.ok(kept > 9 * prompt && kept < 13 * prompt, `${kept / prompt} prompts are kept`);
    const done = lines.findLast((line) => line.kind === "load");
    assert.equal(done?.kind === "load" && done.distinctPrompts, 20, "more were sent than are kept");
    const most = Math.max(...samples.map((one) => one.processes[0]?.memoryUsedBytes ?? 0));
    // A peak that is not over yet cannot be told from one that has just been passed by another sample.
    const mark = samples.at(-1)?.processes[0]?.memoryPeakBytes ?? 0;
    assert.ok(Math.abs(mark - told) <= mebibyte, `${mark} recorded, ${told} told by the kernel`);
    assert.ok(mark >= most - mebibyte);
    assert.equal(endOf(lines)?.growth, "level", stderr);
    assert.doesNotMatch(stderr, /not the peak yet/);
    assert.match(stderr, /takes 10 distinct prompts, and 20 are sent in turn/);
  });

  it("says that it was no peak when fewer prompts came than the cache holds", async () => {
    const load = ["--load", "openai", "--rate", "1", "--prompt-tokens", "50", "--max-tokens", "1"];
    const { stderr } = await record("--scenario", "peak", "--duration", "4s", ...load);
    assert.match(stderr, /Only \d distinct prompts were completed, and the prompt cache holds 10/);
    assert.match(stderr, /too few requests to tell/);
  });

  it("measures what Python and MLX cost alone within 2 MB of a bare interpreter", async () => {
    const { lines } = await record("--scenario", "import", "--duration", "4s", "--python", python);
    const bare = await runCommand(python, [
      "-c",
      "import time, mlx.core as mx\nmx.eval(mx.ones(1) + 1)\ntime.sleep(1)\nprint(open('/proc/self/status').read())",
    ]);
    const byHand = Number(/^VmHWM:\s+(\d+) kB$/m.exec(bare.stdout)?.[1]) * 1024;
    const recorded = samplesOf(lines).at(-1)?.processes[0]?.memoryPeakBytes ?? 0;
    assert.ok(Math.abs(recorded - byHand) < 2_000_000, `${recorded} against ${byHand}`);
  });

  it("takes the workload's own interpreter for that, virtual environment and all", async () => {
    const { lines } = await record("--scenario", "import", "--duration", "2s");
    // Another Python would have no MLX to import, and would have ended by now.
    assert.equal(endOf(lines)?.reason, "duration");
  });

  it("ends a recording well at Ctrl-C", async () => {
    const { child, ended } = started("--scenario", "edge:interrupted");
    const path = await underWay("edge-interrupted");
    child.kill("SIGINT");
    assert.equal(await ended, 0);
    assert.equal(endOf(linesOf(path))?.reason, "interrupted");
  });

  it("leaves a recording that can be read when it is killed", async () => {
    const { child, ended } = started("--scenario", "edge:killed", "--interval", "100ms");
    const path = await underWay("edge-killed");
    child.kill("SIGKILL");
    await ended;
    const lines = linesOf(path);
    assert.equal(lines[0]?.kind, "header");
    assert.ok(samplesOf(lines).length > 1);
    assert.equal(endOf(lines), undefined);
  });

  it("records a command and what it starts, and ends it with SIGTERM", async function () {
    const { mlx, model } = await mlxAndModel(this);
    const folder = temporaryFolder("command");
    const own = join(folder, "commanded");
    symlinkSync(model, own);
    const script = join(folder, "run.sh");
    const pidFile = join(folder, "pid");
    writeFileSync(
      script,
      `echo $$ > ${pidFile}\n${join(mlx.bin, "mlx_lm.server")} --model ${own} --port 0 &\nwait\n`,
    );
    const { lines } = await record("--scenario", "average", "--duration", "3s", "--", "sh", script);
    const [header] = lines;
    assert.ok(header?.kind === "header");
    assert.equal(header.workload, workload);
    const pids = new Set(
      samplesOf(lines).flatMap(({ processes }) => processes.map(({ pid }) => pid)),
    );
    assert.equal(pids.size, 1);
    assert.ok(!pids.has(server.pid), "the other server under the same runtime is left out");
    for (const pid of [...pids, Number(readFileSync(pidFile, "utf8"))])
      assert.throws(() => process.kill(pid, 0), "it was ended");
  });

  it("says that the workload ended, and keeps what there was", async function () {
    const { mlx, model } = await mlxAndModel(this);
    const own = join(temporaryFolder("model"), `short-${process.pid}`);
    symlinkSync(model, own);
    const { server: short } = orSkip(this, await startMlxServer(mlx, own));
    const name = `mlx_lm.server:short-${process.pid}`;
    const recording = runMlxHeadroom("record", name, ...flags, "--scenario", "idle");
    await waitUntil(() => {
      const folder = join(out, name.replace(":", "-"));
      return samplesOf(linesOf(join(folder, readdirSync(folder)[0] ?? ""))).length > 0 || undefined;
    }, patience);
    await short.stop();
    const { kind, stderr, stdout } = await recording;
    assert.equal(kind, "failed");
    assert.match(stderr, /The workload 'mlx_lm.server:short-\d+' ended after \d+ s/);
    const lines = linesOf(stdout.trim());
    assert.equal(endOf(lines)?.reason, "workload_gone");
    assert.ok(lines.some((line) => line.kind === "note" && line.note === "workload_gone"));
  });

  it("keeps whole lines on a disk that is full, says so, and exits with 2", async function () {
    requireComponent(
      this,
      process.getuid?.() === 0 ? undefined : "mounting a small tmpfs takes root.",
    );
    const disk = join(temporaryFolder("disk"), "full");
    mkdirSync(disk);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", disk], { stdio: "ignore" });
    } catch {
      requireComponent(this, "a small tmpfs cannot be mounted here.");
    }
    try {
      const args = ["--scenario", "idle", "--interval", "20ms", "--duration", "60s", "--out", disk];
      const { kind, stderr, ...rest } = await runMlxHeadroom("record", workload, ...args);
      assert.deepEqual([kind, "code" in rest && rest.code], ["failed", 2]);
      assert.match(stderr, /could not be written any further: there is no room left \(ENOSPC\)/);
      const folder = join(disk, workload.replace(":", "-"));
      const path = join(folder, readdirSync(folder)[0] ?? "");
      assert.ok(readFileSync(path, "utf8").endsWith("\n"));
      assert.ok(samplesOf(linesOf(path)).length > 5);
    } finally {
      execFileSync("umount", [disk]);
      rmSync(disk, { recursive: true });
    }
  });

  it("makes the same of a real Prometheus' history", async function () {
    const binary = orSkip(this, await findPrometheus(slowSteps));
    const exporter = await realExporter(["--allocator.path", flags[3] ?? ""]);
    undo(() => exporter.stop());
    const configFile = join(temporaryFolder("prometheus-config"), "prometheus.yml");
    writeFileSync(
      configFile,
      `global: { scrape_interval: 1s }\nscrape_configs:\n  - job_name: mlx\n    static_configs: [{ targets: ["127.0.0.1:${exporter.port}"] }]\n`,
    );
    const { prometheus } = orSkip(this, await startPrometheus(binary, { configFile }));
    undo(() => prometheus.stop());
    const history = ["--from-prometheus", prometheus.url, "--range", "2m", "--step", "1s"];
    const many = `count_over_time(mlx_process_memory_used_bytes{workload="${workload}"}[1m])`;
    await waitUntil(
      async () => ((await prometheus.query(many))[0]?.value ?? 0) >= 20 || undefined,
      patience,
    );
    const { lines } = await record("--scenario", "average", ...history);
    const [header] = lines;
    assert.ok(header?.kind === "header");
    assert.deepEqual(
      [header.source, header.runtime, header.interval],
      ["prometheus", "mlx_lm.server", 1],
    );
    const samples = samplesOf(lines);
    assert.ok(samples.length >= 12, `${samples.length} samples`);
    const [one] = samples.at(-1)?.processes ?? [];
    assert.equal(one?.pid, server.pid);
    assert.equal(one.role, "server");
    const live = samplesOf((await record("--scenario", "idle", "--duration", "1s")).lines).at(-1);
    const now = live?.processes[0];
    assert.ok(Math.abs(one.startTime - (now?.startTime ?? 0)) < 2);
    assert.deepEqual(
      Object.keys(one).filter((key) => !Object.keys(now ?? {}).includes(key)),
      [],
    );
    assert.ok(Math.abs((one.memoryUsedBytes ?? 0) - (now?.memoryUsedBytes ?? 0)) < 4 * mebibyte);
    assert.ok(
      lines.some(
        (line) =>
          line.kind === "limits" && line.limits.some(({ resource }) => resource === "memory"),
      ),
    );
    assert.equal(endOf(lines)?.reason, "duration");

    const unknown = await runMlxHeadroom("record", "nobody", "--scenario", "idle", ...history);
    assert.match(unknown.stderr, /knows no process of the workload 'nobody' in that time/);
  });

  it("shows what it was given to a Prometheus that asks for it, and names what is partial", async () => {
    const seen = new Set<string>();
    const api = createServer((request, response) => {
      const { authorization, "x-scope-orgid": tenant } = request.headers;
      seen.add(`${request.method ?? ""} ${authorization ?? ""} ${String(tenant)}`);
      request.resume().on("end", () => {
        const range = request.url?.endsWith("query_range") === true;
        const data = { resultType: range ? "matrix" : "vector", result: [] };
        const instances = { ...data, result: [{ metric: { instance: "a:1" }, value: [1, "1"] }] };
        response.end(
          JSON.stringify({
            status: "success",
            data: range ? data : instances,
            ...(range && { warnings: ["one store is down"] }),
          }),
        );
      });
    });
    await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
    try {
      const token = join(temporaryFolder("token"), "token");
      writeFileSync(token, "s3cret\n");
      const { stderr, kind } = await runMlxHeadroom(
        ...["record", "chat", "--scenario", "average", "--out", out, "--range", "1h"],
        ...["--from-prometheus", `http://127.0.0.1:${(api.address() as AddressInfo).port}/`],
        ...["--prometheus.bearer-token-file", token, "--prometheus.header", "X-Scope-OrgID=t1"],
      );
      assert.equal(kind, "failed", "there is no process in it");
      assert.deepEqual([...seen], ["POST Bearer s3cret t1"]);
      assert.match(stderr, /The history may be incomplete: \S+ warns: one store is down/);
      assert.doesNotMatch(stderr, /s3cret/);
      const [name = ""] = readdirSync(join(out, "chat"));
      const lines = linesOf(join(out, "chat", name));
      assert.ok(lines.some((line) => line.kind === "note" && line.note === "partial_data"));
    } finally {
      api.close();
    }
  });
});
