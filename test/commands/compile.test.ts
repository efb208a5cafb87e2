import assert from "node:assert/strict";
import { alerts } from "../../src/generator/3-compile/alerts.ts";
import { memoryHost } from "../support/memory-host.ts";
import type { MemoryHost } from "../support/memory-host.ts";
import { runCli } from "../support/run-cli.ts";
import type { Outcome } from "../support/run-cli.ts";
import { profileDocument } from "../generator/profile-document.ts";

async function compile(host: MemoryHost, ...argv: readonly string[]): Promise<Outcome> {
  return runCli(["compile", ...argv], host);
}

function text(host: MemoryHost, path: string): string | undefined {
  const read = host.files.read(path);
  return read.kind === "read" ? read.bytes.toString("utf8") : undefined;
}

describe("compile", () => {
  it("writes the default tree below monitoring/ when there are no profiles, and lists it on stdout", async () => {
    const host = memoryHost({});
    const { code, stdout, stderr } = await compile(host);
    assert.equal(code, 0);
    assert.deepEqual(stdout.split("\n").slice(0, 2), [
      "prometheus/rules/mlx-recording.yml",
      "prometheus/rules/mlx-alerts.yml",
    ]);
    const files = alerts.length + 12;
    assert.equal(stderr, `Wrote ${files} files to monitoring, ${files} of them new or changed.\n`);
    for (const path of stdout.trim().split("\n")) assert.ok(text(host, `monitoring/${path}`), path);
  });

  it("reads profiles/ when it is there", async () => {
    const host = memoryHost({ "profiles/chat.yaml": profileDocument(), "profiles/README.md": "" });
    const { stdout } = await compile(host, "--out", "o");
    assert.match(stdout, /^prometheus\/rules\/mlx-baselines\/chat\.yml$/m);
    assert.match(
      text(host, "o/prometheus/rules/mlx-baselines/chat.yml") ?? "",
      /vector\(9000000000\)/,
    );
  });

  it("takes profiles by name, in whatever order the file system lists them", async () => {
    const host = memoryHost({
      "profiles/b.yaml": profileDocument({ workload: "b" }),
      "profiles/a.yaml": profileDocument({ workload: "a" }),
    });
    const { stdout } = await compile(host);
    const baselines = stdout.split("\n").filter((path) => path.includes("rules/mlx-baselines/"));
    assert.deepEqual(baselines, [
      "prometheus/rules/mlx-baselines/a.yml",
      "prometheus/rules/mlx-baselines/b.yml",
    ]);
  });

  it("reads the profiles it is given, and writes the pack when asked", async () => {
    const host = memoryHost({ "p/chat.yml": profileDocument({ workload: "draft" }) });
    const { stdout } = await compile(host, "--profiles", "p", "--layout", "pack", "--out", "o");
    assert.match(stdout, /^rules\/mlx-baselines\/draft\.yml$/m);
    assert.ok(text(host, "o/rules/config/prometheus.yml"));
  });

  it("writes for whom it is told to, several if need be, and finds what is left over there", async () => {
    const host = memoryHost({ "profiles/chat.yaml": profileDocument() });
    const targets = ["operator", "mimir", "vmalert"].flatMap((name) => ["--target", name]);
    const { stdout } = await compile(host, ...targets);
    assert.doesNotMatch(stdout, /^prometheus\//m);
    for (const path of [
      "kubernetes/prometheusrule-mlx-baselines-chat.yaml",
      "mimir/mlx-baselines-chat.yml",
      "vmalert/rules/mlx-baselines-chat.yml",
      "vmalert/tests/mlx-baselines-chat.yml",
    ])
      assert.ok(stdout.split("\n").includes(path), path);
    host.remove("profiles");
    const { stdout: stale } = await compile(host, "--check", ...targets);
    assert.equal(stale.match(/^leftover .*chat/gm)?.length, 4);
  });

  it("lists files as JSON, with what became of each", async () => {
    const host = memoryHost({});
    await compile(host);
    host.remove("monitoring/prometheus/prometheus.yml");
    host.put("monitoring/alertmanager/alertmanager.yml", "edited");
    const { stdout } = await compile(host, "--format", "json");
    const { files } = JSON.parse(stdout) as { files: { path: string; state: string }[] };
    const states = new Map(files.map(({ path, state }) => [path, state]));
    assert.equal(states.get("prometheus/prometheus.yml"), "created");
    assert.equal(states.get("alertmanager/alertmanager.yml"), "updated");
    assert.equal(states.get("prometheus/rules/mlx-alerts.yml"), "unchanged");
  });

  it("--check is content right after compile", async () => {
    const host = memoryHost({});
    const { stdout } = await compile(host, "--format", "json");
    const made = (JSON.parse(stdout) as { readonly files: readonly unknown[] }).files.length;
    assert.deepEqual(await compile(host, "--check"), {
      code: 0,
      stdout: "",
      stderr: `All ${String(made)} files are up to date.\n`,
    });
  });

  it("--check lists what differs, is missing or left over, says what to run, and writes nothing", async () => {
    const host = memoryHost({ "profiles/chat.yaml": profileDocument() });
    await compile(host);
    host.remove("profiles");
    host.remove("monitoring/prometheus/prometheus.yml");
    host.put("monitoring/alertmanager/alertmanager.yml", "edited");
    host.put("monitoring/prometheus/tests/own.yml", "a test of the user's own");
    const { code, stdout, stderr } = await compile(host, "--check");
    assert.equal(code, 1);
    assert.equal(
      stdout,
      [
        "missing   prometheus/prometheus.yml",
        "differs   alertmanager/alertmanager.yml",
        "leftover  prometheus/rules/mlx-baselines/chat.yml",
        "leftover  prometheus/tests/mlx-baselines-chat.yml",
        "",
      ].join("\n"),
    );
    assert.match(stderr, /Run the same command without --check and remove what is left over\.\n$/);
    assert.equal(text(host, "monitoring/alertmanager/alertmanager.yml"), "edited");
    assert.equal(text(host, "monitoring/prometheus/prometheus.yml"), undefined);
  });

  it("says which files are left over after writing", async () => {
    const host = memoryHost({ "profiles/chat.yaml": profileDocument() });
    await compile(host);
    host.remove("profiles");
    const { code, stderr } = await compile(host);
    assert.equal(code, 0);
    assert.match(
      stderr,
      /monitoring\/prometheus\/rules\/mlx-baselines\/chat\.yml is made from no profile any more/,
    );
  });

  it("writes nothing when one profile is wrong", async () => {
    const host = memoryHost({
      "profiles/a.yaml": profileDocument(),
      "profiles/b.yaml": profileDocument({ workload: "b", grade: "Z" }),
    });
    const { code, stdout, stderr } = await compile(host);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(
      stderr,
      /^mlx-headroom: profiles\/b\.yaml:6: 'grade' must be A, B or C, but "Z" was found/,
    );
    assert.equal(host.files.list("monitoring").kind, "absent");
  });

  const refusals: readonly (readonly [claim: string, argv: readonly string[], says: RegExp])[] = [
    [
      "a folder of profiles that is not there",
      ["--profiles", "nowhere"],
      /^mlx-headroom: nowhere does not exist.*--profiles/,
    ],
    [
      "a folder it may not read",
      ["--profiles", "secret"],
      /secret may not be read by this user.*--profiles/,
    ],
    ["an unknown layout", ["--layout", "flat"], /--layout takes one of tree, pack, not 'flat'/],
    [
      "an unknown target, though another is known",
      ["--target", "mimir", "--target", "cortex"],
      /--target takes one of prometheus, operator, mimir, vmalert, not 'cortex'/,
    ],
    ["an unknown format", ["--format", "xml"], /--format takes one of text, json, not 'xml'/],
    [
      "a webhook that is no URL",
      ["--webhook-url", "localhost"],
      /'localhost' is not an address Alertmanager can post to/,
    ],
    [
      "output it may not read",
      ["--out", "secret"],
      /secret\/prometheus\/rules\/mlx-recording\.yml may not be read.*--out/,
    ],
  ];
  for (const [claim, argv, says] of refusals) {
    it(`refuses ${claim}`, async () => {
      const { code, stdout, stderr } = await compile(memoryHost({ secret: "forbidden" }), ...argv);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, says);
    });
  }
});
