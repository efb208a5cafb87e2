import assert from "node:assert/strict";
import { join } from "node:path";
import { runCommand } from "../../lab/children.ts";
import { findPython } from "../../lab/python.ts";
import { repository } from "../support/fixture-host.ts";
import { requireComponent } from "../support/requires.ts";

describe("the reporter, by its own Python tests", function () {
  this.timeout(300_000);

  it("leaves programs as they are and writes reports that can be trusted", async function () {
    const found = await findPython();
    requireComponent(
      this,
      found.kind === "found" ? undefined : "There is no Python 3.10 or newer in the PATH.",
    );
    assert.ok(found.kind === "found");
    const tests = join(repository, "reporter", "tests");
    const ran = await runCommand(
      found.python.command,
      ["-m", "unittest", "discover", "--start-directory", tests],
      { env: { PYTHONDONTWRITEBYTECODE: "1" } },
    );
    assert.equal(ran.kind, "ok", ran.stderr);
    assert.match(ran.stderr, /^Ran [1-9]\d+ tests/m);
  });
});
