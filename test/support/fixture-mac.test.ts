import assert from "node:assert/strict";
import { fixtureMac, parseCommandFile } from "./fixture-mac.ts";

const parse = (text: string) => parseCommandFile(Buffer.from(text, "latin1"), "x.txt");

describe("the fixture Mac", () => {
  it("replays what a command printed to the byte, its errors and its exit code", () => {
    const { line, run } = parse(
      "# note\n$ /bin/a -b c\n= exit 1\n! no d\n! no e\nstdout:\n\xe9\n$ f\nstdout:\n",
    );
    assert.equal(line, "/bin/a -b c");
    assert.deepEqual(run, {
      kind: "ran",
      exitCode: 1,
      stdout: Buffer.from("\xe9\n$ f\nstdout:\n", "latin1"),
      stderr: "no d\nno e\n",
    });
  });

  it("knows commands that are absent, refused or hang, and those that print nothing", () => {
    assert.deepEqual(parse("$ /bin/a\n= absent\n").run, { kind: "absent" });
    assert.deepEqual(parse("$ /bin/a\n= forbidden\n").run, { kind: "forbidden" });
    assert.equal(parse("$ /bin/a\n= hangs\n").run, "hangs");
    const { run } = parse("$ /bin/a\n= exit 0\n");
    assert.ok(run !== "hangs" && run.kind === "ran" && run.stdout.length === 0);
  });

  it("takes no file that is written wrongly", () => {
    for (const text of ["", "$ /bin/a\n", "$ /bin/a\n= gone\n", "$ /bin/a\n= absent\nstray\n"])
      assert.throws(() => parse(text), /x[.]txt/);
  });

  it("answers the commands of a whole machine", async () => {
    const { commands } = fixtureMac("mac-swapped");
    const run = await commands.run("/usr/bin/vm_stat", [], { seconds: 3 });
    assert.ok(run.kind === "ran");
    assert.match(run.stdout.toString(), /^Mach Virtual Memory Statistics: /);
  });
});
