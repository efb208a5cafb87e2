import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../src/cli.ts";
import { deliver } from "../../src/commands/compile-deliver.ts";
import { limitFiles } from "../../src/catalog/limit-keys.ts";
import { alerts } from "../../src/generator/3-compile/alerts.ts";
import { make } from "../../src/generator/generator.ts";
import { profileDocument } from "../generator/profile-document.ts";
import { memoryHost } from "../support/memory-host.ts";
import type { MemoryHost } from "../support/memory-host.ts";
import { runCli } from "../support/run-cli.ts";
import { plant, treeOf } from "../support/tree.ts";

const compile = (host: MemoryHost, ...argv: readonly string[]) =>
  runCli(["compile", ...argv], host);

function text(host: MemoryHost, path: string): string | undefined {
  const read = host.files.read(path);
  return read.kind === "read" ? read.bytes.toString("utf8") : undefined;
}

/** One file is missing, one edited, two are left over, and two are the user's own. */
async function drifted(): Promise<MemoryHost> {
  const host = memoryHost({ "profiles/chat.yaml": profileDocument() });
  await compile(host);
  host.remove("profiles");
  host.remove("monitoring/prometheus/prometheus.yml");
  const routing = text(host, "monitoring/alertmanager/alertmanager.yml") ?? "";
  host.put(
    "monitoring/alertmanager/alertmanager.yml",
    routing.replace("receiver: mlx-ticket", "receiver: me"),
  );
  const own = "a test of the user's own";
  host.put("monitoring/prometheus/tests/own.yml", { owned: own, uid: 501 });
  const copy = text(host, "monitoring/prometheus/tests/mlx-baselines-chat.yml") ?? "";
  host.put("monitoring/prometheus/tests/copy.yml", { owned: copy, uid: 501 });
  return host;
}

/** Files without any profile. */
const made = 2 * alerts.length + 18;
const leftovers = [
  "prometheus/rules/mlx-baselines/chat.yml",
  "prometheus/tests/mlx-baselines-chat.yml",
];

describe("compile --check", () => {
  it("lists what differs, is missing or left over, shows how, says what to run, and writes nothing", async () => {
    const host = await drifted();
    const { code, stdout, stderr } = await compile(host, "--check");
    assert.equal(code, 1);
    const [list = "", diff = ""] = stdout.split(/\n\n(?=---)/);
    assert.equal(
      list,
      [
        "missing   prometheus/prometheus.yml",
        "differs   alertmanager/alertmanager.yml",
        ...leftovers.map((path) => `leftover  ${path}`),
      ].join("\n"),
    );
    assert.match(
      diff,
      /^--- \/dev\/null\n\+\+\+ prometheus\/prometheus\.yml\n@@ -0,0 \+1,\d+ @@\n/,
    );
    assert.match(
      diff,
      /^--- alertmanager\/alertmanager\.yml\n\+{3} alertmanager\/alertmanager\.yml$/m,
    );
    assert.match(diff, /^- {2}receiver: me\n\+ {2}receiver: mlx-ticket$/m);
    assert.match(diff, /^\+{3} \/dev\/null$/m);
    assert.equal(
      stderr,
      `4 of ${made + 2} files are not what compile makes. Run the same command without --check.\n`,
    );
    assert.match(text(host, "monitoring/alertmanager/alertmanager.yml") ?? "", /receiver: me/);
    assert.equal(text(host, "monitoring/prometheus/prometheus.yml"), undefined);
  });

  it("says as JSON what a person is told", async () => {
    const { code, stdout } = await compile(await drifted(), "--check", "--format", "json");
    const { files } = JSON.parse(stdout) as {
      files: readonly { path: string; state: string; diff: string }[];
    };
    assert.equal(code, 1);
    assert.deepEqual(
      files.map(({ state }) => state),
      ["missing", "differs", "leftover", "leftover"],
    );
    assert.match(files[1]?.diff ?? "", /\n- {2}receiver: me\n/);
  });

  it("cuts long diffs and says by how much, each and all together", async () => {
    const { stdout } = await compile(memoryHost({}), "--check");
    const [, diff = ""] = stdout.split(/\n\n(?=---)/);
    const each = diff.split(/^(?=--- )/m);
    assert.equal(each.length, made);
    assert.ok(each.every((one) => one.split("\n").length <= 202));
    assert.ok(diff.split("\n").length < 2000 + 3 * made, "all together, and the names of each");
    const long = each.find((one) => one.includes("mlx-alerts.yml\n")) ?? "";
    assert.match(long, /\n@@ \d+ more lines are not shown @@\n$/);
    assert.match(each.at(-1) ?? "", /^.*\n.*\n@@ \d+ more lines are not shown @@\n$/);
  });
});

describe("compile --diff", () => {
  it("shows what would change, finds no fault with it, and writes nothing", async () => {
    const host = await drifted();
    const { code, stdout, stderr } = await compile(host, "--diff");
    assert.equal(code, 0);
    assert.match(stdout, /^--- \/dev\/null\n\+{3} prometheus\/prometheus\.yml\n/);
    assert.equal(stderr, `4 of ${made + 2} files would change.\n`);
    assert.equal(text(host, "monitoring/prometheus/prometheus.yml"), undefined);
  });

  it("says nothing right after compile, and as JSON an empty list", async () => {
    const host = memoryHost({});
    await compile(host);
    assert.equal((await compile(host, "--diff")).stdout, "");
    const { stdout } = await compile(host, "--diff", "--format", "json");
    assert.deepEqual(JSON.parse(stdout), { files: [] });
  });

  it("is coloured as git's where that is wanted, and its words are the same", async () => {
    const host = await drifted();
    let coloured = "";
    await main(["compile", "--diff"], host, {
      stdout: (part) => (coloured += part),
      stderr: () => undefined,
      colour: true,
      environment: {},
    });
    assert.ok(coloured.includes("\u001b[31m-  receiver: me\u001b[39m\n"));
    assert.ok(coloured.includes("\u001b[32m+  receiver: mlx-ticket\u001b[39m\n"));
    assert.ok(coloured.includes("\u001b[1m--- /dev/null\u001b[22m\n\u001b[1m+++ prometheus/"));
    assert.match(coloured, /\[36m@@ -0,0 /);
    const { stdout } = await compile(host, "--diff");
    // eslint-disable-next-line no-control-regex -- the colours themselves
    assert.equal(coloured.replaceAll(/\u001b\[\d+m/g, ""), stdout);
  });
});

describe("compile --limits", () => {
  it("writes limits of each profile, finds what is left of them, and leaves them alone when it is not asked for them", async () => {
    const host = memoryHost({ "profiles/chat.yaml": profileDocument() });
    const names = Object.keys(limitFiles)
      .filter((file) => file !== "mps.env") // Its profile is of no card.
      .sort()
      .map((file) => `limits/chat.${file}`);
    const { stdout } = await compile(host, "--limits");
    for (const path of names) assert.ok(stdout.split("\n").includes(`created  ${path}`), path);
    assert.match(
      text(host, `monitoring/${names[0] ?? ""}`) ?? "",
      /'mlx-headroom compile --limits'/,
    );
    host.remove("profiles");
    const without = await compile(host, "--check");
    assert.doesNotMatch(without.stdout, /^leftover {2}limits/m);
    const asked = await compile(host, "--check", "--limits");
    for (const path of names)
      assert.ok(asked.stdout.split("\n").includes(`leftover  ${path}`), path);
  });
});

describe("compile --docs", () => {
  it("writes a document of each profile, finds one that is left of it, and leaves it alone when it is not asked for", async () => {
    const host = memoryHost({ "profiles/chat.yaml": profileDocument() });
    const { stdout } = await compile(host, "--docs");
    assert.ok(stdout.split("\n").includes("created  docs/chat.md"));
    assert.match(text(host, "monitoring/docs/chat.md") ?? "", /'mlx-headroom compile --docs'/);
    host.put("monitoring/docs/own.md", { owned: "# A page of the user's own\n", uid: 501 });
    host.remove("profiles");
    assert.doesNotMatch((await compile(host, "--check")).stdout, /^leftover {2}docs/m);
    const asked = await compile(host, "--docs");
    assert.ok(asked.stdout.split("\n").includes("removed  docs/chat.md"));
    assert.doesNotMatch(asked.stdout, /\/own\.md/);
  });
});

describe("the runbooks of compile", () => {
  it("follow the policy: an alert that is switched off has none any more, and one that was edited differs", async () => {
    const host = memoryHost({
      "c.yaml": "policy: { alerts: { MlxRankMissing: { enabled: false } } }",
    });
    await compile(host);
    const path = "monitoring/runbooks/MlxOomKilled.md";
    host.put(path, `${text(host, path) ?? ""}Ask Ada.\n`);
    const { code, stdout } = await compile(host, "--check", "--config.file", "c.yaml");
    assert.equal(code, 1);
    assert.match(stdout, /^leftover {2}runbooks\/MlxRankMissing\.md$/m);
    assert.match(stdout, /^differs {3}runbooks\/MlxOomKilled\.md$/m);
    await compile(host, "--config.file", "c.yaml");
    assert.equal(text(host, "monitoring/runbooks/MlxRankMissing.md"), undefined);
    assert.doesNotMatch(text(host, path) ?? "", /Ask Ada/);
  });
});

describe("compile --dry-run", () => {
  it("lists what would be created, updated or removed, nothing else, and writes nothing", async () => {
    const host = await drifted();
    assert.deepEqual(await compile(host, "--dry-run"), {
      code: 0,
      stdout: [
        "create  prometheus/prometheus.yml",
        "update  alertmanager/alertmanager.yml",
        ...leftovers.map((path) => `remove  ${path}`),
        "",
      ].join("\n"),
      stderr: "",
    });
    assert.equal(text(host, "monitoring/prometheus/prometheus.yml"), undefined);
    const { stdout } = await compile(host, "--dry-run", "--format", "json");
    const { files } = JSON.parse(stdout) as { files: readonly { state: string }[] };
    assert.deepEqual(
      files.map(({ state }) => state),
      ["create", "update", "remove", "remove"],
    );
  });
});

describe("flags of compile that write nothing", () => {
  for (const [one, other] of [
    ["--check", "--diff"],
    ["--check", "--dry-run"],
    ["--diff", "--dry-run"],
  ] as const) {
    it(`${one} and ${other} exclude each other`, async () => {
      const { code, stdout, stderr } = await compile(memoryHost({}), other, one);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, new RegExp(`${one} and ${other} exclude each other\\.`));
    });
  }
});

describe("compile, again", () => {
  it("removes what is left over, and neither a file of the user's own nor a copy", async () => {
    const host = await drifted();
    const { code, stdout, stderr } = await compile(host);
    assert.equal(code, 0);
    assert.equal(
      stdout,
      [
        "created  prometheus/prometheus.yml",
        "updated  alertmanager/alertmanager.yml",
        ...leftovers.map((path) => `removed  ${path}`),
        "",
      ].join("\n"),
    );
    assert.equal(
      stderr,
      `Wrote 2 of ${made} files to monitoring; the others are as they were. Removed 2 that no profile makes any more.\n`,
    );
    for (const path of leftovers) assert.equal(text(host, `monitoring/${path}`), undefined);
    for (const name of ["own", "copy"])
      assert.ok(text(host, `monitoring/prometheus/tests/${name}.yml`), name);
    assert.equal((await compile(host, "--check")).code, 0);
  });
});

describe("compile of what is not quite right", () => {
  it("says so on stderr, and goes on", async () => {
    const made = { ...make([], { version: "0", layout: "tree" }), warnings: ["a.yml: R: slow."] };
    const host = memoryHost({});
    let said = "";
    const code = await deliver(
      "write",
      { made, found: new Map(), verification: undefined },
      { out: "o", format: "text" },
      host,
      {
        stdout: () => undefined,
        stderr: (part) => (said += part),
        colour: false,
        environment: {},
      },
    );
    assert.equal(code, 0);
    assert.ok(said.startsWith("a.yml: R: slow.\n"));
    assert.ok(text(host, "o/prometheus/prometheus.yml"));
  });
});

describe("compile on a real disk", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mlx-headroom-compile-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const run = async (...argv: readonly string[]) => {
    const outcome = await runCli([
      "compile",
      ...["--profiles", join(folder, "profiles"), "--out", join(folder, "out")],
      ...argv,
    ]);
    assert.equal(outcome.code, 0, outcome.stderr);
    return outcome;
  };

  it("makes the same bytes in two runs, and touches no file whose bytes are right", async () => {
    plant(folder, { "profiles/chat.yaml": profileDocument() });
    await run();
    const first = treeOf(join(folder, "out"));
    const long = new Date("2020-01-01T00:00:00Z");
    const edited = join(folder, "out/prometheus/prometheus.yml");
    for (const path of Object.keys(first)) utimesSync(join(folder, "out", path), long, long);
    plant(folder, { "out/prometheus/prometheus.yml": "edited" });
    assert.equal((await run()).stdout, "updated  prometheus/prometheus.yml\n");
    assert.deepEqual(treeOf(join(folder, "out")), first);
    for (const [path, text] of Object.entries(first)) {
      if (text === "folder") continue;
      const { mtimeMs } = statSync(join(folder, "out", path));
      const isEdited = join(folder, "out", path) === edited;
      assert.equal(mtimeMs === long.getTime(), !isEdited, path);
    }
  });

  it("follows no link to where left-overs may lie", async () => {
    plant(folder, { "profiles/chat.yaml": profileDocument() });
    await run();
    const out = join(folder, "out/prometheus");
    const baselines = join(out, "rules/mlx-baselines");
    const kept = join(folder, "elsewhere");
    plant(folder, { "elsewhere/chat.yml": readFileSync(join(baselines, "chat.yml"), "utf8") });
    rmSync(baselines, { recursive: true });
    symlinkSync(kept, baselines);
    const test = join(out, "tests/mlx-baselines-chat.yml");
    plant(folder, { "elsewhere/test.yml": readFileSync(test, "utf8") });
    rmSync(test);
    symlinkSync(join(kept, "test.yml"), test);
    rmSync(join(folder, "profiles/chat.yaml"));
    assert.equal((await run()).stdout, "");
    assert.deepEqual(Object.keys(treeOf(kept)), ["chat.yml", "test.yml"]);
  });
});
