import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Disk } from "../../src/host/replace-files.ts";
import { realWriter } from "../../src/host/writer.ts";
import { UserError } from "../../src/model/user-error.ts";
import { inNode } from "../support/in-node.ts";
import { plant, treeOf } from "../support/tree.ts";

/** The real disk, but what `fails` says of a step, counted from 0, does not happen. */
function failingDisk(fails: (step: number, name: string) => boolean): Disk {
  let step = 0;
  return new Proxy<Disk>(fs, {
    get(target, name: keyof Disk) {
      const call = target[name] as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        if (fails(step++, name)) throw Object.assign(new Error("EIO"), { code: "EIO" });
        return call(...args);
      };
    },
  });
}

describe("writer", () => {
  let folder = "";
  beforeEach(() => {
    folder = fs.mkdtempSync(join(tmpdir(), "mlx-headroom-writer-"));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const texts = () =>
    Object.fromEntries(
      Object.entries(treeOf(folder)).map(([name, text]) => [name, text.replace(/^\d+ /, "")]),
    );

  it("writes every file and leaves no temporary one behind", () => {
    realWriter().writeAll(folder, [
      { path: "a/b.yml", text: "one" },
      { path: "c.yml", text: "two" },
    ]);
    assert.deepEqual(texts(), { "a/": "folder", "a/b.yml": "one", "c.yml": "two" });
  });

  it("removes what is stale, and minds none that is gone already", () => {
    plant(folder, { "a/old.yml": "old", "keep.yml": "own" });
    realWriter().writeAll(folder, [{ path: "a/b.yml", text: "one" }], ["a/old.yml", "a/gone.yml"]);
    assert.deepEqual(texts(), { "a/": "folder", "a/b.yml": "one", "keep.yml": "own" });
  });

  it("lets those who could read the old file read the new one, and nobody else", () => {
    plant(folder, { "a.yml": "old" });
    fs.chmodSync(join(folder, "a.yml"), 0o640);
    realWriter().writeAll(folder, [{ path: "a.yml", text: "new" }]);
    assert.deepEqual(treeOf(folder), { "a.yml": "640 new" });
  });

  const obstacles: readonly (readonly [
    claim: string,
    old: Readonly<Record<string, string>>,
    stale: readonly string[],
    says: RegExp,
  ])[] = [
    [
      "a file stands where a folder is needed",
      { "new/b": "a file" },
      [],
      /new\/b\/c\.yml could not be written: ENOTDIR\. Nothing was changed/,
    ],
    [
      "a folder stands in a file's place",
      { "new/b/c.yml/x": "" },
      [],
      /new\/b\/c\.yml could not be written: EISDIR/,
    ],
    [
      "what should be removed is a folder",
      { "old.yml/x": "" },
      ["old.yml"],
      /old\.yml could not be written: EISDIR/,
    ],
    ["a name is too long for the disk", {}, [], /could not be written: ENAMETOOLONG/],
  ];
  for (const [claim, old, stale, says] of obstacles) {
    it(`leaves everything as it was when ${claim}`, () => {
      plant(folder, { "first.yml": "old", "second.yml": "old", ...old });
      const before = treeOf(folder);
      const last = says.source.includes("NAMETOOLONG") ? `new/d/${"x".repeat(300)}` : "new/b/c.yml";
      const files = ["first.yml", last].map((path) => ({ path, text: "new" }));
      assert.throws(() => {
        realWriter().writeAll(folder, files, ["second.yml", ...stale]);
      }, says);
      assert.deepEqual(treeOf(folder), before);
    });
  }

  it("leaves everything as it was where a folder may not be written to", () => {
    plant(folder, { "first.yml": "old", "shut/second.yml": "old" });
    const before = treeOf(folder);
    const nobody = 65534;
    const isRoot = process.getuid?.() === 0;
    // Root may write everywhere: then a child that is nobody does it.
    if (isRoot)
      for (const name of ["", "first.yml"]) fs.chownSync(join(folder, name), nobody, nobody);
    fs.chmodSync(join(folder, "shut"), 0o555);
    const writer = new URL("../../src/host/writer.js", import.meta.url).href;
    const { stderr } = inNode(
      `
        import { realWriter } from ${JSON.stringify(writer)};
        if (${String(isRoot)}) process.seteuid(${nobody});
        const files = ["first.yml", "shut/second.yml"].map((path) => ({ path, text: "new" }));
        realWriter().writeAll(process.argv.at(-1), files, []);
      `,
      folder,
    );
    fs.chmodSync(join(folder, "shut"), 0o755);
    assert.match(stderr, /second\.yml could not be written: EACCES/);
    assert.deepEqual(treeOf(folder), before);
  });

  const some = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d/e", "d/f", "g/h/i"));
  it("leaves everything as it was, whichever step fails on whatever files", () => {
    let failures = 0;
    fc.assert(
      fc.property(some, some, some, fc.nat(60), (old, written, stale, at) => {
        fs.rmSync(folder, { recursive: true });
        fs.mkdirSync(folder);
        plant(folder, Object.fromEntries(old.map((name) => [name, `old ${name}`])));
        const before = treeOf(folder);
        const files = written.map((path) => ({ path, text: `new ${path}` }));
        const removed = stale.filter((path) => !written.includes(path));
        const disk = failingDisk((step) => step === at);
        try {
          realWriter(disk).writeAll(folder, files, removed);
        } catch (error) {
          failures++;
          assert.ok(error instanceof UserError && error.code === "cannot-write", String(error));
          assert.deepEqual(treeOf(folder), before);
          return;
        }
        const after = treeOf(folder);
        for (const path of written) assert.match(after[path] ?? "", / new /);
        for (const path of removed) assert.equal(after[path], undefined);
        for (const path of old.filter((name) => ![...written, ...removed].includes(name)))
          assert.equal(after[path], before[path]);
      }),
      { numRuns: 400 },
    );
    assert.ok(failures > 50, `${failures} failures were tried`);
  });

  it("says where the old text is when even putting it back fails", () => {
    plant(folder, { "first.yml": "old", "second.yml": "old" });
    let renames = 0;
    const disk = failingDisk((_, name) => name === "renameSync" && ++renames > 1);
    const files = ["first.yml", "second.yml"].map((path) => ({ path, text: "new" }));
    let said = "";
    try {
      realWriter(disk).writeAll(folder, files);
    } catch (error) {
      said = (error as Error).message;
    }
    const [, kept = ""] =
      /first\.yml could not be put back as it was\. Its old text is in (\S+first\.yml\.old-\d+):/.exec(
        said,
      ) ?? [];
    assert.equal(fs.readFileSync(kept, "utf8"), "old");
    assert.equal(fs.readFileSync(join(folder, "second.yml"), "utf8"), "old");
    assert.equal(fs.readdirSync(folder).length, 3);
  });

  it("copies the old file where a file has one name only", () => {
    plant(folder, { "first.yml": "old", "second.yml": "old" });
    let renames = 0;
    const disk = failingDisk(
      (_, name) => name === "linkSync" || (name === "renameSync" && ++renames === 2),
    );
    const files = ["first.yml", "second.yml"].map((path) => ({ path, text: "new" }));
    assert.throws(() => {
      realWriter(disk).writeAll(folder, files);
    }, /second\.yml could not be written: EIO/);
    assert.deepEqual(texts(), { "first.yml": "old", "second.yml": "old" });
  });

  it("lends a folder while it is used, whether that ends well or not", async () => {
    const writer = realWriter();
    const files = [{ path: "a/b", text: "one" }];
    const used = await writer.withTemporary(files, (root) => {
      assert.equal(fs.readFileSync(join(root, "a/b"), "utf8"), "one");
      return Promise.resolve(root);
    });
    assert.equal(fs.existsSync(used), false);
    let broken = "";
    await assert.rejects(
      writer.withTemporary(files, (root) => {
        broken = root;
        return Promise.reject(new Error("no use"));
      }),
      /no use/,
    );
    assert.ok(broken !== "" && !fs.existsSync(broken));
  });
});
