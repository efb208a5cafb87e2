import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../../lab/children.ts";
import { repository } from "../../lab/repository.ts";

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

  it("end with what mocha counted, and mocha's exit code", () => {
    const green = runBootstrap(makeCheckout());
    assert.match(green.stdout, /\n3 passed, 0 failed, 1 skipped\n$/);
    const red = runBootstrap(
      makeCheckout(),
      "process.send({ passes: 2, failures: 1, pending: 0 }); process.exitCode = 1",
    );
    assert.match(red.stdout, /\n2 passed, 1 failed\n$/);
    assert.equal(red.status, 1);
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
  cpSync(join(repository, "lab", "bootstrap.mjs"), join(checkout, "lab", "bootstrap.mjs"));
  write(checkout, "package-lock.json", JSON.stringify(lock));
  write(checkout, "npm-cli.js", npm);
  return checkout;
}

function runBootstrap(checkout: string, mocha = greenMocha) {
  const wanted = JSON.parse(
    readFileSync(join(checkout, "package-lock.json"), "utf8"),
  ) as typeof lock;
  const { "node_modules/typescript": typescript } = wanted.packages;
  return spawnSync(process.execPath, [join(checkout, "lab", "bootstrap.mjs"), "test"], {
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
