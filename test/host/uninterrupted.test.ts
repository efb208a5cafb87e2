import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inNode } from "../support/in-node.ts";
import { plant, treeOf } from "../support/tree.ts";

const writer = new URL("../../src/host/writer.js", import.meta.url).href;

describe("a signal while files are written", () => {
  let folder = "";
  beforeEach(() => {
    folder = fs.mkdtempSync(join(tmpdir(), "mlx-headroom-signal-"));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** Interrupts itself before the first file takes its place, where `when` says it writes. */
  const writing = (when: string) => `
    import * as fs from "node:fs";
    import { realWriter } from ${JSON.stringify(writer)};
    const disk = { ...fs, renameSync(from, to) {
      if (to.endsWith("first")) process.kill(process.pid, "SIGINT");
      fs.renameSync(from, to);
    } };
    const write = () => {
      realWriter(disk).writeAll(process.argv.at(-1), ["first", "second"].map((path) => ({ path, text: "new" })), ["third"]);
    };
    ${when}
    setTimeout(() => { process.stdout.write("went on"); }, 5000);
  `;
  const whens = {
    "at once": "write();",
    "in a timer": "setTimeout(write, 10);",
    "after other files were read": 'fs.readFile("/dev/null", () => { write(); });',
  };
  for (const [name, when] of Object.entries(whens)) {
    it(`ends the program when all are written, not before (${name})`, () => {
      plant(folder, { first: "old", second: "old", third: "old" });
      const { signal, stdout, stderr } = inNode(writing(when), folder);
      assert.equal(signal, "SIGINT", stderr);
      assert.equal(stdout, "");
      assert.deepEqual(Object.keys(treeOf(folder)), ["first", "second"]);
      assert.match(fs.readFileSync(join(folder, "second"), "utf8"), /new/);
    });
  }

  it("is left to those who listen to it", () => {
    const script = writing(`
      process.on("SIGINT", () => { process.stdout.write("heard"); process.exit(3); });
      write();
    `);
    const { status, stdout } = inNode(script, folder);
    assert.deepEqual([status, stdout], [3, "heard"]);
  });

  it("takes the lent folder away before it ends the program", () => {
    const script = `
      import { realWriter } from ${JSON.stringify(writer)};
      await realWriter().withTemporary([{ path: "a", text: "b" }], (root) => {
        process.stdout.write(root);
        process.kill(process.pid, "SIGTERM");
        return new Promise((resolve) => setTimeout(resolve, 5000));
      });
    `;
    const { signal, stdout } = inNode(script);
    assert.equal(signal, "SIGTERM");
    assert.match(stdout, /mlx-headroom-/);
    assert.equal(fs.existsSync(stdout), false);
  });
});
