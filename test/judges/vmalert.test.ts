import assert from "node:assert/strict";
import { join } from "node:path";
import { temporaryFolder } from "../../lab/children.ts";
import { newerProgram, type NewerName } from "../../lab/newer-debian.ts";
import { generate } from "../../src/generator/generator.ts";
import { realWriter } from "../../src/host/writer.ts";
import { exampleFile } from "../generator/profile-document.ts";
import { orSkip, slowSteps } from "../support/lab.ts";
import { runProgram } from "../support/real-commands.ts";

/** Where rules and their tests lie once compiled. */
function compiled(): string {
  const folder = temporaryFolder("vmalert");
  const options = { version: "0", layout: "tree", targets: ["vmalert"] } as const;
  realWriter().writeAll(folder, generate([exampleFile], options));
  return join(folder, "vmalert");
}

/** The program of a Debian release, or a skip. */
async function program(context: Mocha.Context, name: NewerName): Promise<string> {
  return orSkip(context, await newerProgram(name, slowSteps)).command;
}

describe("vmalert", function () {
  this.timeout(600_000);

  it("of today takes every file of rules", async function () {
    const vmalert = await program(this, "vmalert");
    const rules = join(compiled(), "rules", "*.yml");
    const { status, output } = runProgram(vmalert, [`-rule=${rules}`, "-dryRun"]);
    assert.equal(status, 0, output);
    assert.match(output, /found 4 files/);
  });

  for (const name of ["mlx-thresholds", "mlx-baselines-chat", "mlx-history"])
    it(`runs the tests of ${name} by its tool, and each holds`, async function () {
      const tool = await program(this, "vmalert-tool");
      const file = join(compiled(), "tests", `${name}.yml`);
      const { status, output } = runProgram(tool, ["unittest", `--files=${file}`]);
      assert.equal(status, 0, output);
    });

  it("before 1.92 knows no keep_firing_for, and refuses the alerts for that and nothing else", async function () {
    const old = await program(this, "vmalert of bookworm");
    const dryRun = (name: string) =>
      runProgram(old, [`-rule=${join(compiled(), "rules", `${name}.yml`)}`, "-dryRun"]);
    for (const name of ["mlx-recording", "mlx-history", "mlx-baselines-chat"]) {
      const { status, output } = dryRun(name);
      assert.equal(status, 0, output);
    }
    const refused = dryRun("mlx-alerts")
      .output.split("\n")
      .filter((line) => line.includes("invalid rule"));
    assert.ok(refused.length > 0);
    for (const line of refused) assert.match(line, /unknown fields in rule: keep_firing_for$/);
  });
});
