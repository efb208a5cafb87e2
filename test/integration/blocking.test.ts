import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startExporter } from "../../lab/exporter.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { filesOf, processFiles } from "../exporter/1-discover/process-tree.ts";
import { select, valueIn } from "../support/exposition.ts";
import { afterwards } from "../support/lab.ts";
import { requireTool } from "../support/requires.ts";

const server = ["python", "/venv/bin/mlx_lm.server"];

/** A procfs of plain files in which the command lines of 7, 8 and 9 are pipes that nobody writes to. */
function blockingProcfs(): string {
  const folder = mkdtempSync(join(tmpdir(), "mlx-headroom-procfs-"));
  const pids = [6, 7, 8, 9, 10];
  const files = {
    ...processFiles(pids.map((pid) => ({ pid, argv: server }))),
    ...Object.fromEntries(pids.map((pid) => [`/proc/${pid}/limits`, "Limit Soft Hard Units\n"])),
    "/proc/meminfo": "MemTotal: 1000 kB\nMemAvailable: 500 kB\n",
    ...filesOf({ pid: 11, argv: ["sleep", "9"] }),
  };
  for (const [path, file] of Object.entries(files)) {
    const target = join(folder, path.replace(/^\/proc/, ""));
    mkdirSync(dirname(target), { recursive: true });
    if (/\/[789]\/cmdline$/.test(path)) execFileSync("mkfifo", [target]);
    else if (path.startsWith("/proc")) writeFileSync(target, file);
  }
  return folder;
}

function children(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.trim().split(" ").filter(Boolean).map(Number);
}

describe("mlx-headroom serve on a machine where reading command lines blocks", function () {
  this.timeout(60_000);
  const undo = afterwards();

  it("answers, finds the others, says what it could not do, keeps to two children, and stops when told", async function () {
    requireTool(this, "mkfifo", "makes a file whose reading blocks");
    const procfs = blockingProcfs();
    undo(() => {
      rmSync(procfs, { recursive: true, force: true });
      return Promise.resolve();
    });
    const started = await startExporter({ flags: ["--path.procfs", procfs] });
    assert.ok(started.kind === "ready");
    const { exporter } = started;
    undo(() => exporter.stop());

    let most = 0;
    let found: readonly string[] = [];
    // Three files take two seconds of patience each; a scrape waits for none of them longer than a quarter of one.
    for (let scrape = 0; scrape < 100 && found.length < 2; scrape++) {
      const text = await exporter.metrics();
      most = Math.max(most, children(exporter.pid).length);
      found = select(text, "mlx_process_info").map(({ labels }) => labels["pid"] ?? "");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.deepEqual(found, ["6", "10"]);
    assert.ok(most >= 1 && most <= 2, `${most} children`);
    const text = await exporter.metrics();
    assert.equal(valueIn(text, "mlx_exporter_collector_success", { collector: "discover" }), 0);
    process.kill(exporter.pid, "SIGTERM");
    const gone = await waitUntil(() => !existsSync(`/proc/${exporter.pid}`) || undefined, {
      timeoutSeconds: 5,
    });
    assert.ok(gone, "a read that hangs does not keep the exporter from stopping");
  });
});
