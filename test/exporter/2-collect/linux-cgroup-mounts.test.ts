import assert from "node:assert/strict";
import fc from "fast-check";
import {
  parseMountinfo,
  readCgroupMounts,
} from "../../../src/exporter/2-collect/linux-cgroup-mounts.ts";
import { arbitraryText } from "../../support/arbitrary-text.ts";
import { memoryHost } from "../../support/memory-host.ts";

const line = (root: string, folder: string, type = "cgroup2", options = "rw") =>
  `35 24 0:30 ${root} ${folder} rw,relatime shared:9 - ${type} ${type} ${options}\n`;

/** Folder and root of the mounts that are found where `/sys` is at `sysfs`. */
function found(mountinfo: string, sysfs = "/sys"): readonly (readonly [string, string])[] {
  const host = memoryHost({ "/proc/self/mountinfo": mountinfo });
  return readCgroupMounts(host, { procfs: "/proc", sysfs, rootfs: "" }).map((mount) => [
    mount.folder,
    mount.root,
  ]);
}

describe("linux-cgroup-mounts", () => {
  it("finds the two cgroup file systems and no other, with the controllers of each version 1 hierarchy", () => {
    const mounts = parseMountinfo(
      line("/", "/sys/fs/cgroup", "tmpfs") +
        line("/", "/sys/fs/cgroup/cpu,cpuacct", "cgroup", "rw,cpu,cpuacct") +
        line("/a\\040b", "/mnt/with\\040space"),
    );
    assert.deepEqual(
      mounts.map(({ version, folder, root }) => [version, folder, root]),
      [
        [1, "/sys/fs/cgroup/cpu,cpuacct", "/"],
        [2, "/mnt/with space", "/a b"],
      ],
    );
    assert.ok(mounts[0]?.controllers.has("cpuacct"));
  });

  it("leaves out version 1 hierarchies in which nothing is looked for", () => {
    const v1 = (name: string) => line("/", `/sys/fs/cgroup/${name}`, "cgroup", `rw,${name}`);
    assert.deepEqual(found(v1("name=systemd") + v1("freezer") + v1("pids")), [
      ["/sys/fs/cgroup/pids", "/"],
    ]);
  });

  it("reads the controllers of version 2 from the tree itself", () => {
    const host = memoryHost({
      "/proc/self/mountinfo": line("/", "/sys/fs/cgroup"),
      "/sys/fs/cgroup/cgroup.controllers": "cpu memory\n",
    });
    const [mount] = readCgroupMounts(host, { procfs: "/proc", sysfs: "/sys", rootfs: "" });
    assert.deepEqual([...(mount?.controllers ?? [])], ["cpu", "memory"]);
  });

  it("tells a whole tree from a part of one, by a file that only the top has, or only the top has not", () => {
    const whole = (type: string, files: Readonly<Record<string, string>>) =>
      readCgroupMounts(
        memoryHost({ "/proc/self/mountinfo": line("/", "/cg", type, "rw,memory"), ...files }),
        {
          procfs: "/proc",
          sysfs: "/sys",
          rootfs: "",
        },
      )[0]?.whole;
    assert.equal(whole("cgroup2", { "/cg/cgroup.controllers": "" }), true);
    assert.equal(whole("cgroup2", { "/cg/cgroup.events": "populated 1\n" }), false);
    assert.equal(whole("cgroup2", { "/cg/cgroup.events": "forbidden" }), false);
    assert.equal(whole("cgroup", { "/cg/cgroup.sane_behavior": "0\n" }), true);
    assert.equal(whole("cgroup", { "/cg/tasks": "" }), false);
  });

  it("takes the last of several mounts at one folder: it hides the others", () => {
    assert.deepEqual(found(line("/", "/cg") + line("/deep", "/cg")), [["/cg", "/deep"]]);
    assert.deepEqual(found(line("/", "/cg") + line("/", "/cg", "tmpfs")), []);
  });

  it("looks for mounts below /sys where --path.sysfs says, when none is mounted there", () => {
    assert.deepEqual(found(line("/", "/sys/fs/cgroup"), "/copy/sys"), [
      ["/copy/sys/fs/cgroup", "/"],
    ]);
    assert.deepEqual(found(line("/", "/sys/fs/cgroup"), "/copy/sys/"), [
      ["/copy/sys/fs/cgroup", "/"],
    ]);
  });

  it("takes mounts as they are where the host's are below --path.sysfs, or at any other place", () => {
    const container = line("/", "/sys/fs/cgroup") + line("/../..", "/host/sys/fs/cgroup");
    for (const sysfs of ["/host/sys", "/host/sys/"]) {
      assert.deepEqual(found(container, sysfs), [
        ["/sys/fs/cgroup", "/"],
        ["/host/sys/fs/cgroup", "/../.."],
      ]);
    }
    const elsewhere = line("/", "/sys/fs/cgroup") + line("/../..", "/mnt/cgroup");
    assert.deepEqual(found(elsewhere, "/mnt"), found(elsewhere));
    assert.deepEqual(found(line("/", "/dev/cgroup"), "/copy/sys"), [["/dev/cgroup", "/"]]);
  });

  it("never throws on any mount table", () => {
    fc.assert(
      fc.property(arbitraryText, (text) => {
        for (const { folder, root } of parseMountinfo(text)) assert.ok(folder + root !== "");
      }),
    );
  });
});
