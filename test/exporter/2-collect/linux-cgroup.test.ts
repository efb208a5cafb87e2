import assert from "node:assert/strict";
import { cgroupReading } from "../../support/cgroup-reading.ts";
import { fixtureFiles, fixtureHost } from "../../support/fixture-host.ts";
import { memoryHost } from "../../support/memory-host.ts";

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

describe("linux-cgroup", () => {
  it("walks from the innermost version 1 cgroup to the root, and takes the sentinel for no limit", () => {
    const { memory, oomFiles } = cgroupReading(fixtureHost("hybrid-v1"), 4242);
    assert.deepEqual(
      memory.map((level) => [level.scope, level.maxBytes]),
      [
        ["/mlxrec/parent/inner", { missing: "unlimited" }],
        ["/mlxrec/parent", { value: 600 * mebibyte }],
        ["/mlxrec", { missing: "unlimited" }],
        ["/", { missing: "unlimited" }],
      ],
    );
    // Version 1 counts a kill only where the process lived; an ancestor's counter would say 0 for ever.
    assert.deepEqual(oomFiles, [
      "/sys/fs/cgroup/memory/mlxrec/parent/inner/memory.oom_control",
      "/proc/vmstat",
    ]);
  });

  it("compares the working set: usage less the inactive file cache, siblings counted at each level", () => {
    const { memory } = cgroupReading(fixtureHost("unified-v2"), 4242);
    assert.deepEqual(memory.slice(0, 2), [
      {
        scope: "/mlx.slice/chat.service",
        usageBytes: { value: 4 * gibibyte + 768 * mebibyte },
        workingSetBytes: { value: 4 * gibibyte + 256 * mebibyte },
        maxBytes: { value: 6 * gibibyte },
        highBytes: { value: 5 * gibibyte },
        swapBytes: { value: 128 * mebibyte },
        swapMaxBytes: { value: gibibyte },
      },
      {
        scope: "/mlx.slice",
        usageBytes: { value: 7 * gibibyte + 700 * mebibyte },
        workingSetBytes: { value: 7 * gibibyte + 100 * mebibyte },
        maxBytes: { value: 8 * gibibyte },
        highBytes: { missing: "unlimited" },
        swapBytes: { value: 128 * mebibyte },
        swapMaxBytes: { missing: "unlimited" },
      },
    ]);
  });

  it("reads CPU quota in cores and usage in seconds, and tasks with their limit", () => {
    const { cpu, pids } = cgroupReading(fixtureHost("unified-v2"), 4242);
    assert.deepEqual(cpu[0], {
      scope: "/mlx.slice/chat.service",
      quotaCores: { value: 3 },
      usageSeconds: { value: 9 },
    });
    assert.deepEqual(pids[0], {
      scope: "/mlx.slice/chat.service",
      max: { value: 512 },
      current: { value: 12 },
    });
  });

  it("finds OOM kills in every version 2 level, innermost first, and in the host's count", () => {
    assert.deepEqual(cgroupReading(fixtureHost("unified-v2"), 4242).oomFiles, [
      "/sys/fs/cgroup/mlx.slice/chat.service/memory.events",
      "/sys/fs/cgroup/mlx.slice/memory.events",
      "/sys/fs/cgroup/memory.events",
      "/proc/vmstat",
    ]);
  });

  it("floors a working set at 0 when the cache count runs ahead of the usage", () => {
    const host = fixtureHost("unified-v2");
    host.put("/sys/fs/cgroup/mlx.slice/chat.service/memory.stat", "inactive_file 99999999999\n");
    assert.deepEqual(cgroupReading(host, 4242).memory[0]?.workingSetBytes, {
      value: 0,
    });
  });

  it("says forbidden for a level it may not read, and reads the others", () => {
    const host = fixtureHost("unified-v2");
    host.put("/sys/fs/cgroup/mlx.slice/chat.service/memory.max", "forbidden");
    const { memory } = cgroupReading(host, 4242);
    assert.deepEqual(memory[0]?.maxBytes, { missing: "forbidden" });
    assert.deepEqual(memory[1]?.maxBytes, { value: 8 * gibibyte });
  });

  it("says unsupported where no tree offers the controller", () => {
    const host = memoryHost({ "/proc/1/cgroup": "0::/\n", "/proc/self/mountinfo": "" });
    assert.deepEqual(cgroupReading(host, 1).missing, {
      memory: "unsupported",
      cpu: "unsupported",
      pids: "unsupported",
    });
  });

  it("says unsupported for a process outside what our cgroup namespace shows", () => {
    const host = fixtureHost("unified-v2");
    host.put("/proc/4242/cgroup", "0::/../../system.slice/x.service\n");
    assert.equal(cgroupReading(host, 4242).missing.memory, "unsupported");
  });

  it("tells hierarchies that are not shown here from those that the machine does not have", () => {
    const hidden = (cgroup: string, mountinfo: string, more: object = {}) =>
      cgroupReading(
        memoryHost({ "/proc/7/cgroup": cgroup, "/proc/self/mountinfo": mountinfo, ...more }),
        7,
      ).hidden;
    const second = "41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
    const offers = { "/sys/fs/cgroup/cgroup.controllers": "memory cpu\n" };
    const own = { ...offers, "/sys/fs/cgroup/cgroup.events": "populated 1\n" };
    const all = ["memory", "cpu", "pids"];
    assert.deepEqual(hidden("0::/a.service\n", second, offers), [], "pids is offered nowhere");
    assert.deepEqual(hidden("0::/\n", second, own), all, "a container's own cgroup");
    assert.deepEqual(hidden("0::/../b\n", second, own), all, "a container beside ours");
    assert.deepEqual(hidden("0::/a.service\n", ""), all, "nothing is mounted");
    assert.deepEqual(hidden("4:memory:/a\n0::/\n", second), ["memory"], "version 1 is not mounted");
    assert.deepEqual(hidden("1:name=systemd:/a\n", ""), [], "the kernel has none of them");
  });

  it("looks below --path.sysfs for what is mounted below /sys", () => {
    const moved = Object.fromEntries(
      Object.entries(fixtureFiles("unified-v2")).map(([path, text]) => [
        path.replace(/^\/(proc|sys)\//, "/h/$1/"),
        text,
      ]),
    );
    const read = cgroupReading(memoryHost(moved), 4242, {
      procfs: "/h/proc",
      sysfs: "/h/sys",
      rootfs: "",
    });
    assert.deepEqual(read.memory[0]?.maxBytes, { value: 6 * gibibyte });
  });
});
