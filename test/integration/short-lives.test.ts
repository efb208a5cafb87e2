import assert from "node:assert/strict";
import { rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../lab/children.ts";
import type { Exporter } from "../../lab/exporter.ts";
import { makePidsCgroup } from "../../lab/pids-cgroup.ts";
import { startStandIn } from "../../lab/stand-in.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { select, valueIn } from "../support/exposition.ts";
import { afterwards, orSkip, realCgroup, realExporter } from "../support/lab.ts";

const mebibyte = 1024 * 1024;
const seconds = { timeoutSeconds: 30 };

/** Begins when it finds a file, as deep into the test as the test wants. */
const waiting = (file: string) => `
import os, time
print("here", flush=True)
while not os.path.exists(${JSON.stringify(file)}): time.sleep(0.01)
`;

describe("a cgroup that is made while the exporter watches", function () {
  this.timeout(120_000);
  const undo = afterwards();
  let exporter: Exporter;

  before(async () => {
    exporter = await realExporter();
    undo(() => exporter.stop());
  });

  it("has every fork counted that its limit on tasks refused, from its first moment on, and each hit logged", async function () {
    const trigger = join(temporaryFolder("forks"), "go");
    const { cgroup } = orSkip(this, makePidsCgroup("mlx-headroom-pids", 6));
    undo(() => cgroup.remove());
    const forks = `
import os, time
def fork(failures):
    while failures > 0:
        try:
            if os.fork() == 0: time.sleep(600)
        except BlockingIOError:
            failures -= 1
fork(5)
${waiting(trigger)}
fork(3)
time.sleep(600)
`;
    const { child, workload } = orSkip(this, await startStandIn("forks", forks, [cgroup.folder]));
    undo(() => child.stop());
    await waitUntil(() => (child.lastLines().includes("here") ? true : undefined), seconds);
    const hits = async () =>
      valueIn(await exporter.metrics(), "mlx_workload_threads_limit_events_total", { workload });
    assert.equal(await hits(), 5);
    writeFileSync(trigger, "");
    assert.ok(await waitUntil(async () => ((await hits()) === 8 ? true : undefined), seconds));
    const line = `msg="a limit was reached" workload=${workload} resource=threads scope=${cgroup.scope} event=threads_max`;
    // How many looks the three fall into is chance; every one of them is told of, with limit and usage.
    const logged = exporter.log().split(line).slice(1);
    const counts = logged.map((rest) => Number(/^ count=(\d+) limit=6 usage=6$/m.exec(rest)?.[1]));
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      8,
      exporter.log(),
    );
    const text = await exporter.metrics();
    const [binding] = select(text, "mlx_workload_limit_binding_info", {
      workload,
      resource: "threads",
    });
    assert.deepEqual([binding?.labels["source"], binding?.labels["scope"]], ["pids", cgroup.scope]);
    await child.stop();
  });

  it("has an OOM kill counted although it was removed at once", async function () {
    const trigger = join(temporaryFolder("memory"), "go");
    const cgroup = realCgroup(this, "mlx-headroom-short", 48 * mebibyte);
    undo(() => cgroup.remove());
    const hungry = `${waiting(trigger)}
held = []
while True: held.append(bytearray(b"x") * ${4 * mebibyte})
`;
    const { child, workload } = orSkip(this, await startStandIn("hungry", hungry, [cgroup.folder]));
    undo(() => child.stop());
    const kills = async () =>
      select(await exporter.metrics(), "mlx_workload_oom_kills_total", { workload })[0]?.value;
    await waitUntil(() => (child.lastLines().includes("here") ? true : undefined), seconds);
    const before = await kills();
    writeFileSync(trigger, "");
    const removed = await waitUntil(() => (tryToRemove(cgroup.folder) ? true : undefined), {
      timeoutSeconds: 30,
      everyMs: 5,
    });
    assert.ok(removed, "it did not die");
    assert.equal(await waitUntil(() => child.ended(), seconds), "SIGKILL");
    const counted = await waitUntil(
      async () => ((await kills()) === (before ?? 0) + 1 ? true : undefined),
      seconds,
    );
    assert.ok(counted, `${String(await kills())} kills`);
    assert.match(
      exporter.log(),
      new RegExp(`lack of memory" workload=${workload} resource=memory pid=${child.pid}`),
    );
  });
});

function tryToRemove(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
