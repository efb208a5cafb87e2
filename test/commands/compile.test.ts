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
      "created  prometheus/rules/mlx-recording.yml",
      "created  prometheus/rules/mlx-alerts.yml",
    ]);
    const files = alerts.length + 13;
    assert.equal(stderr, `Wrote ${files} of ${files} files to monitoring.\n`);
    for (const line of stdout.trim().split("\n"))
      assert.ok(text(host, `monitoring/${line.slice("created  ".length)}`), line);
  });

  it("reads profiles/ when it is there", async () => {
    const host = memoryHost({ "profiles/chat.yaml": profileDocument(), "profiles/README.md": "" });
    const { stdout } = await compile(host, "--out", "o");
    assert.match(stdout, /^created {2}prometheus\/rules\/mlx-baselines\/chat\.yml$/m);
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
      "created  prometheus/rules/mlx-baselines/a.yml",
      "created  prometheus/rules/mlx-baselines/b.yml",
    ]);
  });

  it("reads the profiles it is given, and writes the pack when asked", async () => {
    const host = memoryHost({ "p/chat.yml": profileDocument({ workload: "draft" }) });
    const { stdout } = await compile(host, "--profiles", "p", "--layout", "pack", "--out", "o");
    assert.match(stdout, /^created {2}rules\/mlx-baselines\/draft\.yml$/m);
    assert.ok(text(host, "o/rules/config/prometheus.yml"));
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

  it("takes receivers and quiet hours from the policy of the config file", async () => {
    const host = memoryHost({
      "mlx.yaml":
        "policy:\n  notify:\n    receivers: { page: { pagerDuty: { routingKeyFile: /k } } }\n    quietHours: [{ from: '22:00', to: '07:00' }]\n",
    });
    const { code } = await compile(host, "--config.file", "mlx.yaml");
    assert.equal(code, 0);
    const config = text(host, "monitoring/alertmanager/alertmanager.yml") ?? "";
    assert.match(config, /routing_key_file: \/k/);
    assert.match(config, /mute_time_intervals:\n {8}- mlx-quiet-hours/);
    assert.match(text(host, "monitoring/alertmanager/templates/mlx.tmpl") ?? "", /"mlx.title"/);
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
    ["an unknown format", ["--format", "xml"], /--format takes one of text, json, not 'xml'/],
    [
      "a webhook that is no URL",
      ["--webhook-url", "localhost"],
      /'localhost' is not an address Alertmanager can post to/,
    ],
    [
      "a webhook with a secret in it",
      ["--webhook-url", "https://me:pw@example.org/"],
      /--webhook-url holds a secret.*credentialsFile/,
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
