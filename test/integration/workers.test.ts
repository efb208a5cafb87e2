import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startChild, temporaryFolder, type Child } from "../../lab/children.ts";
import type { Exporter } from "../../lab/exporter.ts";
import { findPython } from "../../lab/python.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { select } from "../support/exposition.ts";
import { afterwards, realExporter } from "../support/lab.ts";
import { requireComponent } from "../support/requires.ts";

// Not the real server of that name, but a real multiprocessing parent and child that are called like it: what holds
// the model there has no "mlx" anywhere in its command line.
const script = `
import multiprocessing, sys, time

def work():
    time.sleep(600)

if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    child = multiprocessing.Process(target=work, daemon=True)
    child.start()
    print(f"child={child.pid}", flush=True)
    time.sleep(600)
`;

describe("a server whose model lives in a spawned child", function () {
  this.timeout(60_000);
  const undo = afterwards();
  let parent: Child;
  let exporter: Exporter;

  before(async function () {
    const found = await findPython();
    if (found.kind !== "found") {
      requireComponent(this, "There is no Python 3.10 or newer.");
      return;
    }
    const path = join(temporaryFolder("workers"), "mlx-omni-server");
    writeFileSync(path, script);
    parent = await startChild("parent", found.python.command, [path, "--port", "10240"]);
    undo(() => parent.stop());
    exporter = await realExporter();
    undo(() => exporter.stop());
  });

  it("counts as a server and a worker of one workload, and the resource tracker not at all", async () => {
    const child = await waitUntil(() => /child=(\d+)/.exec(parent.lastLines())?.[1], {
      timeoutSeconds: 20,
    });
    const infos = await waitUntil(
      async () => {
        const found = select(await exporter.metrics(), "mlx_process_info", {
          runtime: "mlx-omni-server",
        });
        return found.length >= 2 ? found : undefined;
      },
      { timeoutSeconds: 20 },
    );
    assert.deepEqual(
      infos
        ?.map(({ labels }) => [labels["pid"], labels["role"], labels["workload"], labels["port"]])
        .sort((a, b) => Number(a[0]) - Number(b[0])),
      [
        [String(parent.pid), "server", "mlx-omni-server", "10240"],
        [child, "worker", "mlx-omni-server", "10240"],
      ],
    );
  });
});
