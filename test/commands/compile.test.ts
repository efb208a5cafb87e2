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

/** A peak of 500 MB. */
const small = {
  per: "process",
  scenarios: { peak: { runs: 1, n: 9, resources: { memory: { max: 525e6 } } } },
};

describe("compile", () => {
  it("writes the default tree below monitoring/ when there are no profiles, and lists it on stdout", async () => {
    const host = memoryHost({});
    const { code, stdout, stderr } = await compile(host);
    assert.equal(code, 0);
    assert.deepEqual(stdout.split("\n").slice(0, 2), [
      "created  prometheus/rules/mlx-recording.yml",
      "created  prometheus/rules/mlx-alerts.yml",
    ]);
    const files = 2 * alerts.length + 18;
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
      assert.ok(stdout.split("\n").includes(`created  ${path}`), path);
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

  const withPolicy = (policy: string): string => `workloads: []\npolicy: ${policy}\n`;

  it("reads the policy of the config file, and says in each file that remaking needs it", async () => {
    const host = memoryHost({ "c.yaml": withPolicy("{ owner: ml }") });
    const { code } = await compile(host, "--config.file", "c.yaml");
    const rules = text(host, "monitoring/prometheus/rules/mlx-alerts.yml") ?? "";
    assert.equal(code, 0);
    assert.match(rules, /^ {10}owner: ml$/m);
    assert.match(rules, /the same --config\.file, --profiles, --out and/);
  });

  it("says what a limit in force must be at least, exits with 1, and writes all the same", async () => {
    const limited = (limit: string): string =>
      withPolicy(`{ workloads: { chat: { limits: { memory: ${limit} } } } }`);
    const host = memoryHost({
      "c.yaml": limited("9GiB"),
      "profiles/chat.yaml": profileDocument(),
    });
    const { code, stderr } = await compile(host, "--config.file", "c.yaml");
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^chat: a limit of at least 9\.9GiB of memory is needed\. The recorded peak of 8\.4 GiB leaves less than 15 % of the limit of 9\.0 GiB that the policy names/,
    );
    assert.match(stderr, /^Wrote \d+ of \d+ files/m);
    assert.equal((await compile(host, "--config.file", "c.yaml", "--check")).code, 1);
    host.put("c.yaml", limited("9.9GiB"));
    assert.equal((await compile(host, "--config.file", "c.yaml")).code, 0);
    host.put("c.yaml", limited("512MiB"));
    host.put("profiles/chat.yaml", profileDocument({ figures: small, grade: "A" }));
    const small512 = await compile(host, "--config.file", "c.yaml");
    assert.match(small512.stderr, /at least 590MiB of memory.*limit of 512 MiB/);
  });

  it("says under which limit a peak was recorded that a limit cut off", async () => {
    const figures = structuredClone(small);
    Object.assign(figures.scenarios.peak.resources.memory, { censored: { limit: 525e6 } });
    const host = memoryHost({ "profiles/chat.yaml": profileDocument({ figures }) });
    const { code, stderr } = await compile(host);
    assert.equal(code, 1);
    assert.match(stderr, /the limit of 501 MiB under which it was recorded/);
  });

  it("notes which alerts look back less", async () => {
    const host = memoryHost({ "c.yaml": withPolicy("{ retention: 1d }") });
    const { code, stderr } = await compile(host, "--config.file", "c.yaml");
    assert.equal(code, 0);
    assert.match(stderr, /^MlxBaselineDrift looks back 1d instead of 3d: samples are not kept\.$/m);
  });

  it("finds the policy's file left over when nothing is decided for single workloads any more", async () => {
    const named = `workloads: [{ name: chat, match: { user: ada } }]
policy: { workloads: { chat: { owner: ada } } }
`;
    const host = memoryHost({ "c.yaml": named });
    const first = await compile(host, "--config.file", "c.yaml");
    assert.match(first.stdout, /^created {2}prometheus\/rules\/mlx-policy\.yml$/m);
    host.put("c.yaml", withPolicy("{}"));
    const { stdout } = await compile(host, "--config.file", "c.yaml", "--check");
    assert.match(stdout, /^leftover {2}prometheus\/rules\/mlx-policy\.yml$/m);
    assert.match(stdout, /^leftover {2}prometheus\/tests\/mlx-policy\.yml$/m);
  });

  it("suggests the workload that a policy means", async () => {
    const host = memoryHost({
      "c.yaml": withPolicy("{ workloads: { chatt: {} } }"),
      "profiles/chat.yaml": profileDocument(),
    });
    const { code, stderr } = await compile(host, "--config.file", "c.yaml");
    assert.equal(code, 2);
    assert.match(stderr, /policy of c\.yaml names the workload 'chatt'.*Did you mean 'chat'\?/);
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
