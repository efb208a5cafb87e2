import assert from "node:assert/strict";
import fc from "fast-check";
import {
  parseMountinfo,
  type CgroupMount,
} from "../../../src/exporter/2-collect/linux-cgroup-mounts.ts";
import {
  levelsOf,
  namesBelow,
  parseProcCgroup,
  placeOf,
  positionOf,
  type CgroupPlace,
} from "../../../src/exporter/2-collect/linux-cgroup-paths.ts";
import { arbitraryText } from "../../support/arbitrary-text.ts";
import { fixtureFiles } from "../../support/fixture-host.ts";

/** Version 2 mounts that offer memory, as `root folder`. */
function mounts(...rows: readonly (readonly [root: string, folder: string])[]) {
  return rows.map(([root, folder]): CgroupMount => ({
    version: 2,
    controllers: new Set(["memory"]),
    folder,
    root,
    whole: false,
  }));
}

function memoryPlace(
  path: string,
  table: readonly CgroupMount[],
  own?: readonly string[],
): CgroupPlace | "hidden" | undefined {
  return placeOf("memory", parseProcCgroup(`0::${path}\n`), table, () => own);
}

/** Folder and scope of every level, innermost first. */
function levels(place: CgroupPlace | "hidden" | undefined): readonly (readonly string[])[] {
  assert.ok(typeof place === "object", JSON.stringify(place));
  return levelsOf(place).map(({ folder, scope }) => [folder, scope]);
}

describe("linux-cgroup-paths", () => {
  it("decides by controller: a 0:: line on a hybrid machine does not move memory to version 2", () => {
    const files = fixtureFiles("hybrid-v1");
    const table = parseMountinfo(files["/proc/self/mountinfo"] ?? "").map((mount) => ({
      ...mount,
      whole: true,
    }));
    const paths = parseProcCgroup(files["/proc/4242/cgroup"] ?? "");
    const place = placeOf("memory", paths, table, () => undefined);
    assert.ok(typeof place === "object");
    assert.equal(place.version, 1);
  });

  it("knows no place where no mount has the controller, or the process no path", () => {
    assert.equal(memoryPlace("/a", []), undefined);
    const table = mounts(["/", "/cg"]);
    assert.equal(
      placeOf("memory", parseProcCgroup(""), table, () => undefined),
      undefined,
    );
    assert.equal(
      placeOf("pids", parseProcCgroup("0::/a\n"), table, () => undefined),
      undefined,
    );
    assert.equal(
      typeof placeOf("pressure", parseProcCgroup("0::/a\n"), table, () => undefined),
      "object",
      "pressure is kept whatever is controlled",
    );
  });

  it("takes off the part of a path that is the mount's own root, as where Docker binds a container's cgroup", () => {
    assert.deepEqual(
      levels(memoryPlace("/docker/abc/child", mounts(["/docker/abc", "/sys/fs/cgroup"]))),
      [
        ["/sys/fs/cgroup/child", "/docker/abc/child"],
        ["/sys/fs/cgroup", "/docker/abc"],
      ],
    );
  });

  it("does not take a cgroup whose name begins like the mount's root for one below it", () => {
    const table = mounts(["/docker/abc", "/sys/fs/cgroup"]);
    assert.equal(memoryPlace("/docker/abcdef", table), "hidden");
    assert.equal(memoryPlace("/system.slice/x.service", table), "hidden");
  });

  it("cannot place a process outside our namespace where only the namespace is mounted", () => {
    const table = mounts(["/", "/sys/fs/cgroup"]);
    assert.equal(memoryPlace("/../../system.slice/x.service", table), "hidden");
    assert.deepEqual(levels(memoryPlace("/own", table)), [
      ["/sys/fs/cgroup/own", "/own"],
      ["/sys/fs/cgroup", "/"],
    ]);
  });

  it("places a process as far up as the host's tree reaches without a name of our own", () => {
    const table = mounts(["/", "/sys/fs/cgroup"], ["/../..", "/host/sys/fs/cgroup"]);
    assert.deepEqual(levels(memoryPlace("/../../user.slice/x.service", table)), [
      ["/host/sys/fs/cgroup/user.slice/x.service", "/user.slice/x.service"],
      ["/host/sys/fs/cgroup/user.slice", "/user.slice"],
      ["/host/sys/fs/cgroup", "/"],
    ]);
  });

  it("needs the names of our own place for a container beside us, and for ourselves", () => {
    const table = mounts(["/../..", "/host"]);
    const own = ["system.slice", "docker-us.scope"];
    assert.deepEqual(levels(memoryPlace("/../docker-them.scope", table, own)), [
      ["/host/system.slice/docker-them.scope", "/system.slice/docker-them.scope"],
      ["/host/system.slice", "/system.slice"],
      ["/host", "/"],
    ]);
    assert.deepEqual(levels(memoryPlace("/", table, own))[0], [
      "/host/system.slice/docker-us.scope",
      "/system.slice/docker-us.scope",
    ]);
    assert.equal(memoryPlace("/../docker-them.scope", table), "hidden", "without the names");
    assert.equal(memoryPlace("/x", table, ["one"]), "hidden", "with names that do not fit");
  });

  it("does not look for a path inside our namespace below a mount that lies beside it", () => {
    assert.equal(memoryPlace("/x", mounts(["/../other", "/m"]), ["us"]), "hidden");
    assert.deepEqual(levels(memoryPlace("/../other/x", mounts(["/../other", "/m"]))), [
      ["/m/x", "/../other/x"],
      ["/m", "/../other"],
    ]);
  });

  it("takes the widest of several mounts that show a process, in whatever order they come", () => {
    const narrow = ["/docker/abc", "/sys/fs/cgroup"] as const;
    const wide = ["/", "/host/sys/fs/cgroup"] as const;
    for (const table of [mounts(narrow, wide), mounts(wide, narrow)])
      assert.equal(levels(memoryPlace("/docker/abc", table)).length, 3);
    const unresolved = mounts(["/", "/sys/fs/cgroup"], ["/../..", "/host"]);
    assert.deepEqual(
      levels(memoryPlace("/x", unresolved))[0],
      ["/sys/fs/cgroup/x", "/x"],
      "a wider one in which we cannot find ourselves does not hide it",
    );
  });

  it("refuses a path with a step up in its middle, which no kernel prints", () => {
    assert.equal(positionOf("/a/../../etc"), undefined);
    assert.equal(memoryPlace("/a/../../etc", mounts(["/", "/cg"])), "hidden");
  });

  it("gives back the way from any mount to any cgroup, wherever we are ourselves", () => {
    const name = fc.constantFrom("a", "b", "c");
    const path = fc.array(name, { maxLength: 4 });
    /** How kernfs_path_from_node() names `to` for somebody in `from`: up to what they share, then down. */
    const seen = (from: readonly string[], to: readonly string[]) => {
      let shared = 0;
      while (shared < Math.min(from.length, to.length) && from[shared] === to[shared]) shared++;
      return `/${[...from.slice(shared).fill(".."), ...to.slice(shared)].join("/")}`;
    };
    fc.assert(
      fc.property(path, path, path, (us, mount, cgroup) => {
        const below = mount.every((part, index) => cgroup[index] === part);
        const aboveUs = mount.every((part, index) => us[index] === part);
        const found = namesBelow(positionOf(seen(us, cgroup)), positionOf(seen(us, mount)), () =>
          aboveUs ? us.slice(mount.length) : undefined,
        );
        assert.deepEqual(found, below ? cgroup.slice(mount.length) : undefined);
      }),
      { numRuns: 2000 },
    );
  });

  it("never throws, and never leaves the mount, on any mount table and cgroup line", () => {
    fc.assert(
      fc.property(arbitraryText, arbitraryText, fc.boolean(), (mountinfo, cgroup, own) => {
        const table = parseMountinfo(mountinfo).map((mount) => ({ ...mount, whole: true }));
        const place = placeOf("memory", parseProcCgroup(cgroup), table, () =>
          own ? ["a", "b"] : undefined,
        );
        if (typeof place !== "object") return;
        for (const { folder } of levelsOf(place)) {
          assert.ok(folder.startsWith(place.folder));
          assert.ok(!folder.slice(place.folder.length).split("/").includes(".."));
        }
      }),
    );
    fc.assert(
      fc.property(arbitraryText, (path) => {
        const place = memoryPlace(`/${path}`, mounts(["/", "/cg"]));
        if (typeof place === "object")
          for (const { folder } of levelsOf(place)) assert.ok(!folder.split("/").includes(".."));
      }),
    );
  });
});
