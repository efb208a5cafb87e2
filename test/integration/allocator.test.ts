import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { runCommand, temporaryFolder } from "../../lab/children.ts";
import { startExporter, type Exporter } from "../../lab/exporter.ts";
import { startMlxServer, type MlxServer, type MlxServerOptions } from "../../lab/mlx-server.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { allocatorReport } from "../support/allocator-report.ts";
import { select, valueIn } from "../support/exposition.ts";
import { repository } from "../support/fixture-host.ts";
import { afterwards, mlxAndModel, orSkip, realExporter } from "../support/lab.ts";
import { requireComponent, requireTool } from "../support/requires.ts";

const nobody = 65534;
const mebibyte = 1024 ** 2;
const figures = ["active", "cache", "peak"] as const;
const seconds = { timeoutSeconds: 30 };
const everySecond = { MLX_HEADROOM_REPORT_INTERVAL: "1" };

/** The server, and a witness in it that writes down what MLX's own functions say. */
const witness = (file: string) => `
import json, os, threading, time
import mlx.core as mx
from mlx_lm.server import main

def watch():
    while True:
        said = [mx.get_active_memory(), mx.get_cache_memory(), mx.get_peak_memory()]
        with open(${JSON.stringify(`${file}.new`)}, "w") as file: json.dump(said, file)
        os.rename(${JSON.stringify(`${file}.new`)}, ${JSON.stringify(file)})
        time.sleep(0.1)

threading.Thread(target=watch, daemon=True).start()
main()
`;

const seriesOf = (text: string, pid: number) =>
  text.split("\n").filter((line) => line.includes(`pid="${pid}"`));

const gauges = (text: string, pid: number) =>
  figures.map(
    (figure) =>
      select(text, `mlx_process_allocator_${figure}_bytes`, { pid: String(pid) })[0]?.value,
  );

/** A folder as docs/allocator.md has it made, but for its group. */
function reportFolder(gid: number): string {
  const folder = temporaryFolder("reports");
  chownSync(folder, -1, gid);
  chmodSync(folder, 0o3733);
  return folder;
}

describe("MLX's allocator, as a real mlx_lm.server reports it", function () {
  this.timeout(240_000);
  const undo = afterwards();
  let reports: string;
  let exporter: Exporter;

  before(async () => {
    reports = reportFolder(process.getgid?.() ?? 0);
    exporter = await realExporter(["--allocator.path", reports]);
    undo(() => exporter.stop());
  });

  /** A server under a model name of its own, so that its workload is ours alone, whoever else runs servers here. */
  async function ownServer(context: Mocha.Context, options: MlxServerOptions): Promise<MlxServer> {
    const { mlx, model } = await mlxAndModel(context);
    const own = join(temporaryFolder("model"), `allocator-${process.pid}`);
    symlinkSync(model, own);
    return orSkip(context, await startMlxServer(mlx, own, options)).server;
  }

  /** Stopped with its group of tests: a second young process of a workload would have no series of its own. */
  async function reported(
    context: Mocha.Context,
    undoGroup: ReturnType<typeof afterwards>,
    options: MlxServerOptions = {},
  ): Promise<MlxServer> {
    const { env, ...others } = options;
    const server = await ownServer(context, {
      reports,
      env: { ...everySecond, ...env },
      ...others,
    });
    undoGroup(() => server.stop());
    return server;
  }

  /** The figures once they are published. */
  const published = async (from: Exporter, pid: number) =>
    waitUntil(async () => {
      const found = gauges(await from.metrics(), pid);
      return found.every((value) => value !== undefined) ? found : undefined;
    }, seconds);

  describe("with a limit from the environment", () => {
    const undoLimited = afterwards();
    let server: MlxServer;
    let pid: { readonly pid: string };
    let said: string;
    before(async function () {
      const folder = temporaryFolder("witness");
      said = join(folder, "said.json");
      const script = join(folder, "mlx_lm.server");
      writeFileSync(script, witness(said));
      server = await reported(this, undoLimited, {
        script,
        env: { MLX_HEADROOM_MEMORY_LIMIT: "512MiB", MLX_HEADROOM_CACHE_LIMIT: "16MiB" },
      });
      pid = { pid: String(server.pid) };
      await server.complete("Count to a hundred.", 32);
    });

    it("agrees within 1 % with what MLX's own functions say in the same process", async () => {
      const compared = await waitUntil(async () => {
        const before = readFileSync(said, "utf8");
        const found = gauges(await exporter.metrics(), server.pid);
        // Only what stood still while it was reported can be compared.
        if (before !== readFileSync(said, "utf8")) return undefined;
        const own = JSON.parse(before) as readonly number[];
        const agrees = found.every(
          (value, index) => value !== undefined && Math.abs(value / (own[index] ?? 0) - 1) <= 0.01,
        );
        return agrees ? { found, own } : undefined;
      }, seconds);
      assert.ok(compared, `${String(gauges(await exporter.metrics(), server.pid))} published`);
      assert.ok(compared.own.every((value) => value > 1000));
    });

    it("publishes the limit with what is left of it, soft and never binding", async () => {
      const text = await exporter.metrics();
      const mlx = { ...pid, source: "mlx" };
      const limit = valueIn(text, "mlx_process_memory_limit_bytes", mlx);
      assert.equal(limit, 512 * mebibyte);
      const active = valueIn(text, "mlx_process_allocator_active_bytes", pid);
      assert.equal(valueIn(text, "mlx_process_memory_headroom_bytes", mlx), limit - active);
      assert.deepEqual(select(text, "mlx_process_limit_binding_info", mlx), []);
      const report = readFileSync(join(reports, `${server.pid}.json`), "utf8");
      assert.equal(
        (JSON.parse(report) as { cache_limit_bytes: number }).cache_limit_bytes,
        16 * mebibyte,
      );
    });

    it("names the MLX that runs and its back end, under the server's own command line", async () => {
      const text = await exporter.metrics();
      const info = select(text, "mlx_process_info", pid)[0]?.labels;
      assert.match(info?.["mlx_version"] ?? "", /^0\.\d+\.\d+/);
      assert.equal(info?.["backend"], "cpu");
      assert.equal(info["runtime"], "mlx_lm.server");
      assert.equal(info["model"], server.model);
      const workload = { workload: info["workload"] ?? "" };
      assert.ok(
        select(text, "mlx_workload_info", workload).some(
          ({ labels }) => labels["mlx_version"] === info["mlx_version"],
        ),
      );
      assert.doesNotMatch(
        readFileSync(`/proc/${server.pid}/cmdline`, "latin1"),
        /mlx_headroom_reporter/,
      );
    });

    it("has a time that is now, and goes on", async () => {
      const time = async () =>
        valueIn(await exporter.metrics(), "mlx_process_allocator_report_timestamp_seconds", pid);
      const first = await time();
      assert.ok(Math.abs(first - Date.now() / 1000) < 30, String(first));
      assert.ok(await waitUntil(async () => ((await time()) > first ? true : undefined), seconds));
    });
  });

  it("leaves no gauge behind, however the server ends", async function () {
    const signals = ["SIGTERM", "SIGINT", "SIGKILL", "SIGABRT", "SIGSEGV"] as const;
    for (const signal of signals) {
      const server = await reported(this, undo);
      assert.ok(await published(exporter, server.pid), `${signal}: it reports`);
      process.kill(server.pid, signal);
      const ended = () => (existsSync(`/proc/${server.pid}`) ? undefined : true);
      assert.ok(await waitUntil(ended, seconds), `${signal} ends it`);
      assert.deepEqual(seriesOf(await exporter.metrics(), server.pid), [], signal);
    }
  });

  it("changes neither output, exit code nor traceback of a script that fails in MLX", async function () {
    const { mlx } = await mlxAndModel(this);
    const script = join(temporaryFolder("script"), "fails.py");
    writeFileSync(
      script,
      "import mlx.core as mx\nprint(mx.sum(mx.ones(3)).item())\ndef f(): mx.reshape(mx.ones(3), (2, 2))\nf()\n",
    );
    const env = { PYTHONPATH: join(repository, "reporter"), MLX_HEADROOM_REPORT_DIR: reports };
    const alone = await runCommand(mlx.python, [script]);
    const under = await runCommand(mlx.python, ["-m", "mlx_headroom_reporter", script], { env });
    assert.deepEqual(under, alone);
    assert.ok(alone.kind === "failed" && alone.code === 1);
    assert.match(alone.stderr, /^Traceback[^]*reshape/);
  });

  describe("across users", () => {
    const undoUsers = afterwards();
    before(function () {
      const root = process.getuid?.() === 0;
      const missing = root ? undefined : "Only root can start a program as another user.";
      requireComponent(this, missing);
      requireTool(this, "setpriv", "starts programs as another user");
    });

    it("is read by root's exporter from a server of nobody's", async function () {
      // The right to read lets it find Python in root's home, and gives it no other.
      const user = { uid: nobody, capabilities: ["dac_read_search"] };
      const server = await reported(this, undoUsers, { user, form: "module" });
      assert.ok(await published(exporter, server.pid));
      const label = { pid: String(server.pid), source: "mlx" };
      const text = await exporter.metrics();
      assert.deepEqual(select(text, "mlx_process_memory_limit_bytes", label), []);
      await server.stop();
    });

    it("is read by nobody's exporter from a server of root's in a folder of its group, or with the rights of the systemd unit, and refused to it elsewhere", async function () {
      const shared = reportFolder(nobody);
      const closed = reportFolder(0);
      for (const [folder, capabilities, readable] of [
        [shared, [], true],
        [closed, [], false],
        [closed, ["sys_ptrace", "dac_read_search"], true],
      ] as const) {
        const server = await reported(this, undoUsers, { reports: folder });
        const user = { uid: nobody, capabilities };
        const flags = ["--allocator.path", folder];
        const other = orSkip(this, await startExporter({ user, flags })).exporter;
        undo(() => other.stop());
        const isThere = () => (existsSync(join(folder, `${server.pid}.json`)) ? true : undefined);
        assert.ok(await waitUntil(isThere, seconds));
        const text = await other.metrics();
        const labels = { field: "allocator_active_bytes", reason: "forbidden" };
        const workload = `mlx_lm.server:allocator-${process.pid}`;
        const refused = select(text, "mlx_exporter_unavailable", { workload, ...labels });
        assert.equal(gauges(text, server.pid)[0] !== undefined, readable);
        assert.equal(refused.length, readable ? 0 : 1);
        await server.stop();
      }
    });
  });

  describe("when others write in its place", () => {
    const undoPlanted = afterwards();
    let server: MlxServer;
    let path: string;
    before(async function () {
      server = await ownServer(this, {});
      undoPlanted(() => server.stop());
      path = join(reports, `${server.pid}.json`);
    });
    afterEach(() => {
      rmSync(path, { force: true });
    });

    const report = (changes: Readonly<Record<string, unknown>> = {}) => {
      const stat = readFileSync(`/proc/${server.pid}/stat`, "latin1");
      const ticks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
      const time = Date.now() / 1000;
      return allocatorReport({ pid: server.pid, start_ticks: ticks, time, ...changes });
    };

    async function reasons(): Promise<readonly (string | undefined)[]> {
      const text = await exporter.metrics();
      const workload =
        select(text, "mlx_process_info", { pid: String(server.pid) })[0]?.labels["workload"] ?? "";
      if (gauges(text, server.pid).some((value) => value !== undefined)) return ["published"];
      return select(text, "mlx_exporter_unavailable", { workload, field: "allocator_active_bytes" })
        .filter(({ value }) => value > 0)
        .map(({ labels }) => labels["reason"]);
    }

    it("believes a report that names it", async () => {
      writeFileSync(path, report());
      // On a busy machine a new process may take more than the first scrape to be known.
      const published = await waitUntil(
        async () => ((await reasons())[0] === "published" ? true : undefined),
        { timeoutSeconds: 10 },
      );
      assert.ok(published);
    });

    const hostile: readonly (readonly [string, () => void])[] = [
      [
        "a link to a true report",
        () => {
          const real = join(temporaryFolder("real"), "report.json");
          writeFileSync(real, report());
          symlinkSync(real, path);
        },
      ],
      ["a FIFO that nobody writes to", () => execFileSync("mkfifo", [path])],
      [
        "a report of another owner",
        function () {
          writeFileSync(path, report());
          chownSync(path, 1234, -1);
        },
      ],
      [
        "another pid",
        () => {
          writeFileSync(path, report({ pid: server.pid + 1 }));
        },
      ],
      [
        "a later start",
        () => {
          writeFileSync(path, report({ start_ticks: 9_999_999_999 }));
        },
      ],
      [
        "a megabyte",
        () => {
          writeFileSync(path, report({ more: "x".repeat(1_000_000) }));
        },
      ],
      [
        "NaN",
        () => {
          writeFileSync(path, report({ active_bytes: 12345 }).replace("12345", "NaN"));
        },
      ],
      [
        "nested garbage",
        () => {
          writeFileSync(path, "[".repeat(60_000));
        },
      ],
    ];
    for (const [what, plant] of hostile) {
      it(`refuses ${what}, and counts it`, async function () {
        if (what.includes("owner"))
          requireComponent(
            this,
            process.getuid?.() === 0 ? undefined : "Only root can give a file to another user.",
          );
        plant();
        assert.deepEqual(await reasons(), ["error"]);
      });
    }

    it("takes the report of an earlier process under its pid for none", async () => {
      writeFileSync(path, report({ start_ticks: 1 }));
      assert.deepEqual(await reasons(), ["not_measured"]);
    });

    it("does not wait for who holds a lease on the file", async function () {
      requireTool(this, "python3", "takes a lease");
      writeFileSync(path, report());
      const lease = `
import fcntl, signal, sys, time
signal.signal(signal.SIGIO, signal.SIG_IGN)
file = open(sys.argv[1], "r+")
fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
print("held", flush=True)
time.sleep(600)
`;
      const holder = spawn("python3", ["-c", lease, path], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      try {
        await new Promise((resolve) => holder.stdout.once("data", resolve));
        assert.deepEqual(await reasons(), ["error"]);
      } finally {
        holder.kill("SIGKILL");
        await new Promise((resolve) => holder.once("exit", resolve));
      }
    });

    it("finds its own among a thousand that others left behind", async () => {
      for (let pid = 1; pid <= 1000; pid++)
        if (pid !== server.pid) writeFileSync(join(reports, `${pid}.json`), "{}");
      writeFileSync(path, report());
      assert.deepEqual(await reasons(), ["published"]);
      assert.ok(readdirSync(reports).length >= 1000);
    });
  });
});
