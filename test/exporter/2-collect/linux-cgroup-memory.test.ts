import assert from "node:assert/strict";
import {
  createCgroupMemory,
  findOwnNames,
} from "../../../src/exporter/2-collect/linux-cgroup-memory.ts";
import type { CgroupMount } from "../../../src/exporter/2-collect/linux-cgroup-mounts.ts";
import { roots } from "../../support/fixture-host.ts";
import { memoryHost, type MemoryFile } from "../../support/memory-host.ts";

const mount = (root: string, version: 1 | 2 = 2): CgroupMount => ({
  version,
  controllers: new Set(["rw", "memory"]),
  folder: "/host",
  root,
  whole: true,
});

/** Where process 77 finds itself in a tree of these files. */
function own(
  root: string,
  files: Readonly<Record<string, MemoryFile>>,
  self = "0::/\n",
  version: 1 | 2 = 2,
): readonly string[] | undefined {
  const host = memoryHost({ "/proc/self/cgroup": self, ...files }, { pid: 77 });
  return findOwnNames(host, roots, mount(root, version));
}

describe("linux-cgroup-memory", () => {
  const tree = {
    "/host/cgroup.procs": "1\n",
    "/host/memory.stat": "anon 5\n",
    "/host/system.slice/cgroup.procs": "",
    "/host/system.slice/docker-them.scope/cgroup.procs": "177\n778\n",
    "/host/system.slice/docker-us.scope/cgroup.procs": "12\n77\n",
    "/host/user.slice/session.scope/cgroup.procs": "7\n",
  };

  it("finds our own place by our pid, as deep as the kernel says that we are", () => {
    assert.deepEqual(own("/../..", tree), ["system.slice", "docker-us.scope"]);
    assert.equal(own("/..", tree), undefined);
    assert.equal(own("/../../..", tree), undefined);
  });

  it("finds our namespace's root above a cgroup that we have entered since", () => {
    const deeper = { ...tree, "/host/system.slice/docker-us.scope/cgroup.procs": "" };
    assert.deepEqual(
      own(
        "/../..",
        { ...deeper, "/host/system.slice/docker-us.scope/app/cgroup.procs": "77\n" },
        "0::/app\n",
      ),
      ["system.slice", "docker-us.scope"],
    );
  });

  it("reads our version 1 path by the controller of that hierarchy", () => {
    assert.deepEqual(own("/../..", tree, "4:memory:/\n0::/app\n", 1), [
      "system.slice",
      "docker-us.scope",
    ]);
    assert.equal(own("/../..", tree, "0::/\n", 1), undefined);
  });

  it("cannot tell where we left our namespace, nor where our own path is refused", () => {
    assert.equal(own("/../..", tree, "0::/../elsewhere\n"), undefined);
    assert.equal(own("/../..", tree, "forbidden"), undefined);
    assert.equal(own("/a/../b", tree), undefined);
  });

  it("searches once, however often it is asked, whether it found us or not", () => {
    const host = memoryHost({ "/proc/self/cgroup": "0::/\n", ...tree }, { pid: 78 });
    const memory = createCgroupMemory(host, roots);
    memory.ownNames(mount("/../.."));
    host.touched.length = 0;
    assert.equal(memory.ownNames(mount("/../..")), undefined);
    assert.deepEqual(host.touched, []);
  });

  /** The tree as it is mounted here. */
  const mounted = () =>
    memoryHost({
      ...tree,
      "/proc/self/mountinfo": "36 27 0:32 / /host rw,relatime - cgroup2 cgroup rw\n",
    });

  it("reads the table of mounts once a minute", () => {
    const host = mounted();
    const memory = createCgroupMemory(host, roots);
    assert.deepEqual(
      memory.begin().map(({ folder }) => folder),
      ["/host"],
    );
    host.put("/proc/self/mountinfo", "");
    host.clock.advance(59);
    assert.equal(memory.begin().length, 1);
    host.clock.advance(1);
    assert.deepEqual(memory.begin(), []);
  });

  it("takes for new what was not there in the first pass, and once only", () => {
    const host = mounted();
    const memory = createCgroupMemory(host, roots);
    memory.begin();
    host.put("/host/system.slice/new.service/memory.max", "max\n");
    memory.begin();
    assert.equal(memory.isNew("/host/system.slice/docker-us.scope"), false);
    assert.equal(memory.isNew("/host"), false);
    assert.equal(memory.isNew("/host/system.slice/new.service"), true);
    assert.equal(memory.isNew("/host/system.slice/new.service"), false);
  });

  it("takes one that was removed and comes back under the same name for new", () => {
    const host = mounted();
    const memory = createCgroupMemory(host, roots);
    const folder = "/host/user.slice/session.scope";
    memory.begin();
    assert.equal(memory.isNew(folder), false);
    host.remove(folder);
    memory.begin();
    host.put(`${folder}/cgroup.procs`, "9\n");
    memory.begin();
    assert.equal(memory.isNew(folder), true);
  });

  it("takes nothing for new before there was a first pass", () => {
    assert.equal(createCgroupMemory(memoryHost(tree), roots).isNew("/host/x"), false);
  });
});
