import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findAlertmanager } from "../../lab/alertmanager.ts";
import { readProcess } from "../../lab/process-tree.ts";
import { findPrometheus } from "../../lab/prometheus.ts";
import { mlxAndModel, orSkip, slowSteps } from "../support/lab.ts";

describe("npm start", function () {
  this.timeout(180_000);

  it("brings the whole loop up, proves that it works with --once, and leaves nothing running", async function () {
    await mlxAndModel(this);
    orSkip(this, await findPrometheus(slowSteps));
    orSkip(this, await findAlertmanager(slowSteps));
    const { code, output } = await runStart(["--once"]);
    assert.equal(code, 0, output);
    assert.match(output, /Real process scraped: pid \d+ is /);
    assert.match(output, /Every rule evaluated: \d+ rules, none with an error/);
    assert.match(output, /Notification delivered: MlxWatchdog/);
    assert.match(output, /\nThe whole loop works \(\d+\.\d s\)\.\n$/);
    // A machine with an MLX process of its own keeps it; the server we made is gone.
    const pid = /mlx_lm\.server, pid (\d+), on /.exec(output)?.[1];
    if (pid !== undefined) assert.ok((readProcess(Number(pid))?.state ?? "Z") === "Z");
  });

  it("stops at once what it has started when it is interrupted on the way", async () => {
    const { code, output } = await runStart([], /Exporter: \S+/);
    assert.equal(code, 130, output);
    const url = /Exporter: (\S+)/.exec(output)?.[1] ?? "";
    await assert.rejects(fetch(url), /fetch failed/);
    assert.match(output, /\nStopping, before everything was ready \(SIGINT\)\.\n$/);
  });

  it("explains itself, and what it does not know", async () => {
    const help = await runStart(["--help"]);
    assert.equal(help.code, 0);
    assert.match(help.output, /--once/);
    const unknown = await runStart(["--twice"]);
    assert.equal(unknown.code, 2);
    assert.match(unknown.output, /does not know '--twice'\. Run 'npm start -- --help'/);
  });
});

/** Runs what bootstrap.mjs runs once everything is built; interrupts it when it says something that matches. */
async function runStart(
  args: readonly string[],
  interruptAt?: RegExp,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const module = pathToFileURL(join(import.meta.dirname, "..", "..", "lab", "start.js")).href;
  const script = `import { start } from "${module}"; process.exit(await start(process.argv.slice(1)));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, "--", ...args]);
  let output = "";
  let interrupted = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (interrupted || !interruptAt?.test(output)) return;
      interrupted = true;
      child.kill("SIGINT");
    });
  }
  return new Promise((resolve) => {
    child.once("close", (code) => {
      resolve({ code, output });
    });
  });
}
