import assert from "node:assert/strict";
import { createDiscoverer } from "../../../src/exporter/1-discover/discover.ts";
import { readUnseen } from "../../../src/exporter/1-discover/linux-unseen.ts";
import { memoryHost, type MemoryFile } from "../../support/memory-host.ts";
import { filesOf, processFiles, roots } from "./process-tree.ts";

const machines = { "/proc/self/ns/pid": "-> pid:[4026531836]" };
const containers = { "/proc/self/ns/pid": "-> pid:[4026532178]" };
const kernelThread = filesOf({ pid: 2, argv: [], comm: "kthreadd", kernelThread: true });
const program = (pid: number) => filesOf({ pid, argv: ["sleep", "600"] });

function unseen(...files: readonly Readonly<Record<string, MemoryFile>>[]) {
  return readUnseen(memoryHost(Object.assign({}, ...files) as Record<string, MemoryFile>), roots);
}

describe("linux-unseen", () => {
  it("has nothing to say where the kernel's threads are shown", () => {
    assert.equal(unseen(kernelThread, program(1), machines), undefined);
  });

  it("has nothing to say where the machine's procfs is given to a PID namespace of our own", () => {
    const files = Object.entries({ ...kernelThread, ...program(1), ...containers });
    const below = Object.fromEntries(files.map(([path, file]) => [`/host${path}`, file]));
    const given = { ...roots, procfs: "/host/proc" };
    assert.equal(readUnseen(memoryHost({ ...program(1), ...below }), given), undefined);
  });

  it("says unsupported in a PID namespace of our own, whatever has pid 2 there", () => {
    assert.equal(unseen(program(1), containers), "unsupported");
    assert.equal(unseen(program(1), program(2), containers), "unsupported");
  });

  it("says unsupported of a whole system that has no kernel threads, and names no namespace", () => {
    assert.equal(unseen(program(1), program(2)), "unsupported");
  });

  it("says forbidden in the machine's namespace where its threads are hidden or refused", () => {
    assert.equal(unseen(machines), "forbidden");
    assert.equal(unseen({ "/proc/2": "forbidden", "/proc/1": "forbidden" }, machines), "forbidden");
    assert.equal(unseen(program(1), machines), "forbidden", "pid 1 is our own user's");
  });

  it("says forbidden where the machine's procfs is given to us and hides even pid 1", () => {
    assert.equal(unseen(program(4242), containers), "forbidden");
  });

  it("is asked again when everything is listed, and says nothing where nothing can be listed", async () => {
    const server = { pid: 7, argv: ["python", "/venv/bin/mlx_lm.server"] };
    const host = memoryHost({ ...processFiles([server]), ...program(1), ...containers });
    const discoverer = createDiscoverer(host, roots, { rules: [] });
    assert.equal((await discoverer.discover()).unseen, "unsupported");
    for (const [path, file] of Object.entries(kernelThread)) host.put(path, file);
    host.clock.advance(60);
    assert.equal((await discoverer.discover()).unseen, undefined);
    const nowhere = createDiscoverer(memoryHost({}), roots, { rules: [] });
    assert.equal((await nowhere.discover()).unseen, undefined);
  });
});
