import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { temporaryFolder } from "../../lab/children.ts";
import { repository } from "../../lab/repository.ts";

const measured = pathToFileURL(join(repository, "lab", "measured.mjs")).href;
const { isMeasured } = (await import(measured)) as {
  readonly isMeasured: (root: string) => boolean;
};

const lock = {
  packages: {
    "": { name: "checkout" },
    "node_modules/typescript": { version: "6.0.3", integrity: "sha512-a" },
    "node_modules/for-another-platform": {
      version: "1.0.0",
      integrity: "sha512-b",
      optional: true,
    },
  },
};

/** npm, as far as bootstrap can tell: notes that it was called, and installs a compiler and a mocha that do nothing. */
const npm = `
const { mkdirSync, writeFileSync, appendFileSync } = require("node:fs");
appendFileSync("npm-calls", process.argv.slice(2).join(" ") + "\\n");
for (const [folder, name] of [["typescript", "tsc"], ["mocha", "mocha.js"]]) {
  mkdirSync("node_modules/" + folder + "/bin", { recursive: true });
  writeFileSync("node_modules/" + folder + "/bin/" + name, folder === "typescript" ? "" : process.env.MOCHA);
}
writeFileSync("node_modules/.package-lock.json", process.env.INSTALLED);
`;
const greenMocha = "process.send({ passes: 3, failures: 0, pending: 1 })";

describe("npm test's first steps", function () {
  this.timeout(60_000);

  it("install when nothing is installed, and not again", () => {
    const checkout = makeCheckout();
    assert.equal(runBootstrap(checkout).status, 0);
    assert.equal(runBootstrap(checkout).status, 0);
    assert.equal(readFileSync(join(checkout, "npm-calls"), "utf8"), "ci --no-audit --no-fund\n");
  });

  it("install again when the lock file asks for another version", () => {
    const checkout = makeCheckout();
    runBootstrap(checkout);
    write(checkout, "package-lock.json", JSON.stringify(lock).replace("6.0.3", "6.0.4"));
    runBootstrap(checkout);
    assert.match(readFileSync(join(checkout, "npm-calls"), "utf8"), /^(ci .*\n){2}$/);
  });

  it("install again when an installation was interrupted", () => {
    const checkout = makeCheckout();
    mkdirSync(join(checkout, "node_modules", "typescript"), { recursive: true });
    runBootstrap(checkout);
    assert.ok(existsSync(join(checkout, "npm-calls")));
  });

  it("remove what a deleted source left in the build, and nothing else", () => {
    const checkout = makeCheckout();
    for (const path of [
      "test/kept.test.ts",
      "build/test/kept.test.js",
      "build/test/gone.test.js",
    ]) {
      write(checkout, path, "");
    }
    runBootstrap(checkout);
    assert.ok(existsSync(join(checkout, "build", "test", "kept.test.js")));
    assert.ok(!existsSync(join(checkout, "build", "test", "gone.test.js")));
  });

  it("end with what every run of mocha counted together, and the exit code of one that failed", () => {
    const green = runBootstrap(makeCheckout());
    assert.match(green.stdout, /\n9 passed, 0 failed, 3 skipped\n$/);
    const red = runBootstrap(
      makeCheckout(),
      `const failures = process.argv.join().includes("!(judges)") ? 1 : 0;
      process.send({ passes: 2, failures, pending: 0 }); process.exitCode = failures`,
    );
    assert.match(red.stdout, /\n6 passed, 1 failed\n$/);
    assert.equal(red.status, 1);
  });

  it("are one run of mocha where arguments say which tests", () => {
    const { stdout } = runBootstrap(makeCheckout(), greenMocha, ["-g", "one"]);
    assert.match(stdout, /\n3 passed, 0 failed, 1 skipped\n$/);
  });

  it("show what each run of mocha said, in one piece", () => {
    const { stdout } = runBootstrap(
      makeCheckout(),
      `console.log("begin"); ${greenMocha}; setTimeout(() => console.log("end"), 50)`,
    );
    assert.equal(stdout.match(/begin\nend\n/g)?.length, 3, stdout);
  });

  it("leave coverage behind that holds until what was tested changes, and none of a run that failed", () => {
    const checkout = makeCheckout();
    assert.ok(!isMeasured(checkout));
    runBootstrap(checkout);
    assert.ok(isMeasured(checkout));
    write(checkout, "docs/page.md", "changed");
    assert.ok(!isMeasured(checkout));
    const red = makeCheckout();
    runBootstrap(red, "process.exit(1)");
    assert.ok(!isMeasured(red));
  });

  it("say so when mocha ends before it counts", () => {
    const broken = runBootstrap(makeCheckout(), "process.exit(7)");
    assert.match(broken.stdout, /exit code 7 before it could count its tests/);
    assert.match(broken.stdout, /\n0 passed, 1 failed\n$/);
    assert.equal(broken.status, 7);
  });

  it("explain themselves to somebody who calls them wrongly", () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(repository, "lab", "bootstrap.mjs"), "strat"],
      { encoding: "utf8" },
    );
    assert.equal(status, 1);
    assert.match(stderr, /^Usage: .*npm start.*npm test.*\.\n$/);
  });
});

function makeCheckout(): string {
  const checkout = temporaryFolder("checkout");
  for (const name of ["bootstrap.mjs", "lanes.mjs", "measured.mjs"])
    cpSync(join(repository, "lab", name), join(checkout, "lab", name));
  write(checkout, "package-lock.json", JSON.stringify(lock));
  write(checkout, "npm-cli.js", npm);
  return checkout;
}

function runBootstrap(checkout: string, mocha = greenMocha, args: readonly string[] = []) {
  const wanted = JSON.parse(
    readFileSync(join(checkout, "package-lock.json"), "utf8"),
  ) as typeof lock;
  const { "node_modules/typescript": typescript } = wanted.packages;
  return spawnSync(process.execPath, [join(checkout, "lab", "bootstrap.mjs"), "test", ...args], {
    encoding: "utf8",
    env: {
      ...process.env,
      npm_execpath: join(checkout, "npm-cli.js"),
      INSTALLED: JSON.stringify({ packages: { "node_modules/typescript": typescript } }),
      MOCHA: mocha,
    },
  });
}

function write(checkout: string, path: string, text: string): void {
  const file = join(checkout, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
