import assert from "node:assert/strict";
import { generate } from "../../../src/generator/generator.ts";
import type { ProfileFile } from "../../../src/generator/generator.ts";
import { placeOf } from "../../../src/model/generated-head.ts";
import { defaultPolicy, type Policy } from "../../../src/model/policy.ts";
import { assertGolden } from "../../support/golden.ts";
import { nodesOfType, readText, tablesOf } from "../../support/markdown-nodes.ts";
import { exampleFile, exampleFiles, profile } from "../profile-document.ts";

function documents(
  profiles: readonly ProfileFile[],
  policy: Policy = defaultPolicy,
): ReadonlyMap<string, string> {
  const made = generate(profiles, { version: "0", layout: "tree", docs: true, policy });
  return new Map(
    made.filter(({ path }) => path.startsWith("docs/")).map(({ path, text }) => [path, text]),
  );
}

function documentOf(changes: Readonly<Record<string, unknown>>, policy?: Policy): string {
  const [text = ""] = documents([{ path: "p.yaml", profile: profile(changes) }], policy).values();
  return text;
}

/** The lines of the section below a heading. */
function section(text: string, heading: string): string {
  const [, after = ""] = text.split(`\n## ${heading}\n`);
  return after.split("\n## ")[0] ?? "";
}

const nothing = { thresholds: {}, alerts: {}, limits: {} };
const policyWith = (own: object, all: object = {}): Policy => ({
  ...defaultPolicy,
  ...all,
  workloads: { chat: { ...nothing, ...own } },
});

describe("documents of workloads", () => {
  it("are as the golden has it for the example", () => {
    assertGolden("docs/chat.md", documents([exampleFile]).get("docs/chat.md") ?? "");
  });

  it("are there for each profile where they are asked for, and say where they belong", () => {
    const odd = { path: "x.yaml", profile: profile({ workload: "A---b--:c" }) };
    const made = documents([...exampleFiles, odd]);
    assert.deepEqual(
      [...made.keys()].sort(),
      ["a---b---c", "chat", "coder", "nightly-summaries"].map((slug) => `docs/${slug}.md`),
    );
    for (const [path, text] of made) assert.equal(placeOf(text), path);
    const unasked = generate(exampleFiles, { version: "0", layout: "tree" });
    assert.ok(!unasked.some(({ path }) => path.startsWith("docs/")));
  });

  it("hold every figure of every scenario, and leave cells empty where nothing is known", () => {
    const made = documents(exampleFiles);
    for (const { profile: recorded } of exampleFiles) {
      const text = made.get(`docs/${recorded.workload}.md`);
      const tables = tablesOf(text ?? "").filter(([head]) => head?.[0] === "Resource");
      const counts = Object.values(recorded.figures.scenarios).map(
        ({ resources }) => Object.keys(resources).length + 1,
      );
      assert.deepEqual(
        tables.map((rows) => rows.length),
        counts,
      );
    }
    const rows = tablesOf(made.get("docs/chat.md") ?? "");
    const peak = ["memory", "", "", "10.3 GiB", "16.6 GiB", "", "", "18.0 GiB"];
    assert.ok(rows.flat().some((cells) => cells.join() === peak.join()));
  });

  it("show whatever a recording says as text: no name becomes markup, a cell or a line", () => {
    const spite = "a|b `c` *d* _e_ <script>alert(1)</script> [f](http://x) --> \n# g\n\n- h";
    const text = documentOf(
      {
        runtime: spite,
        model: { name: spite },
        host: { os: spite, cpu: spite, gpus: [spite], memoryBytes: 1024 },
        versions: { mlx: spite, mlxLm: spite, python: spite },
        why: spite,
        mixed: { [spite]: [spite] },
        components: { weights: { bytes: 1, from: spite }, unknown: [spite] },
        recordings: [
          { file: spite, scenario: spite, started: spite, source: spite, seconds: 1, samples: 1 },
        ].map((each) => ({ ...each, complete: false })),
      },
      { ...defaultPolicy, owner: spite },
    );
    const plain = documentOf({});
    assert.equal(nodesOfType(text, "html").length, 1);
    assert.deepEqual(
      new Set(nodesOfType(text, "link").map(({ url = "" }) => url.replace(/\w+\.md$/, ""))),
      new Set(["../runbooks/"]),
    );
    for (const rows of tablesOf(text))
      assert.equal(new Set(rows.map((cells) => cells.length)).size, 1);
    const headings = (page: string) => nodesOfType(page, "heading").map(readText);
    assert.deepEqual(
      headings(text).filter((heading) => heading !== "What memory is made of"),
      headings(plain),
    );
    const shown = spite.replaceAll(/\n+/g, " ");
    const facts = tablesOf(text).find(([head]) => head?.[0] === "Fact") ?? [];
    assert.equal(facts.filter(([, value]) => value === shown).length, 9);
  });

  it("name each limit with its formula, and whether it is in force", () => {
    const rows = tablesOf(documentOf({}, policyWith({ rollout: "hard" })));
    const limits = rows.find(([head]) => head?.[0] === "Limit") ?? [];
    assert.deepEqual(limits[1], [
      "memory, soft",
      "9.3 GiB (9932111872 B)",
      "yes",
      "max 8.4 GiB (9000000000 B) of edge:long (1 run, 60 samples) × margin 1.1 of grade B, up to the next 64 MiB",
    ]);
    assert.ok(limits.slice(1).every(([, , inForce]) => inForce === "yes"));
    const soft = tablesOf(documentOf({})).find(([head]) => head?.[0] === "Limit") ?? [];
    assert.deepEqual(
      soft.filter((cells) => cells[2] === "yes").map(([name]) => name),
      ["memory, soft", "CPU, asked for", "MLX's memory, soft"],
    );
  });

  it("say when to review from the day of the recording, whatever today is", () => {
    assert.match(
      section(documentOf({}), "When to review"),
      /^- By 2027-01-31: .*90d, the default/m,
    );
    const often = documentOf({}, policyWith({ reviewEverySeconds: 7 * 86_400 }));
    assert.match(section(often, "When to review"), /^- By 2026-11-09: .*7d, the policy of chat/m);
    assert.match(section(often, "When to review"), /^- \[MlxBaselineStale\]/m);
    const silent = documentOf({}, policyWith({ alerts: { MlxBaselineStale: { enabled: false } } }));
    assert.match(section(silent, "When to review"), /^- No alert tells of it/m);
    assert.match(silent, /^Switched off for it: \[MlxBaselineStale\]/m);
  });

  it("name the alerts as they fire for the workload, with its thresholds", () => {
    const own = {
      owner: "ada",
      hold: "patient",
      thresholds: { memory: { critical: 0.1 }, cpu: { warning: 0.01 } },
      alerts: { MlxOomKilled: { severity: { critical: "warning" } } },
    };
    const text = documentOf(
      { grade: "C" },
      policyWith(own, { owner: "ml", hold: { patient: { factor: 3 } } }),
    );
    const rows = tablesOf(text)
      .flat()
      .map((cells) => cells.join("; "));
    const told = [
      "MlxHeadroomLow; critical; 3m; mlx-page; ada",
      "MlxOomKilled; warning; 0s; mlx-ticket; ada",
      "MlxUsageAboveBaseline; info; 30m; mlx-none; ada",
      "MlxHeadroomLow; warning; less than 30 % of memory left; default 0.15 × margin 2 of grade C",
      "MlxHeadroomLow; critical; less than 10 % of memory left; the policy of chat",
      "MlxHeadroomLow; warning; less than 5 % of GPU memory left; the default",
      "MlxHeadroomLow; warning; less than 1 % of CPU left; the policy of chat",
      "MlxUsageAboveBaseline; info; CPU above 1.8 cores; max of edge:long × margin 1.2 of grade C",
    ];
    for (const row of told) assert.ok(rows.includes(row), `${row}\n${rows.join("\n")}`);
    assert.ok(!rows.some((row) => row.startsWith("MlxWorkloadWithoutBaseline")));
    assert.ok(!rows.some((row) => row.startsWith("MlxExporterDown")));
  });

  it("are of one class of hosts where a profile is", () => {
    const policy = { ...defaultPolicy, joinLabels: ["workload", "resource", "host_class"] };
    const made = documents(
      [{ path: "p.yaml", profile: profile({ labels: { host_class: "m2" } }) }],
      policy,
    );
    const text = made.get("docs/chat-m2.md") ?? "";
    assert.match(text, /^# chat on hosts of host_class m2$/m);
    assert.ok(
      tablesOf(text)
        .flat()
        .some((cells) => cells.join() === "host_class,m2"),
    );
    assert.match(text, /MlxWorkloadWithoutBaseline/);
  });

  it("tell of load, phases, cut-off peaks, parts of memory and recordings where a profile does", () => {
    const memory = { max: 4e9, censored: { limit: 4e9, source: "cgroup", scope: "/a" } };
    const recording = { file: "peak-1.jsonl", scenario: "peak", started: "2026-11-02T08:00:00Z" };
    const text = documentOf({
      components: { weights: { bytes: 2 ** 30, from: "the min of idle" } },
      recordings: [{ ...recording, seconds: 90, samples: 90, complete: true }],
      figures: {
        per: "process",
        scenarios: {
          peak: {
            runs: 1,
            n: 90,
            nEff: 5,
            grade: "C",
            why: "1 run",
            phases: { load: { seconds: 20, n: 20 } },
            load: { requests: 40, errors: 1, distinctPrompts: 8 },
            resources: { memory },
          },
        },
      },
    });
    assert.match(text, /^- 1 run, 90 samples, worth 5 independent ones\.$/m);
    assert.match(text, /^- load 20 s at the longest, 20 samples\.$/m);
    assert.match(text, /^- 40 requests, of 8 different prompts, 1 of them failed\.$/m);
    assert.match(text, /^- Cut off: memory: it came to 98 % or more of 3\.7 GiB/m);
    assert.match(text, /^\| Weights \| 1\.0 GiB \| the min of idle \|$/m);
    assert.match(text, /^\| `peak-1\.jsonl` \| peak \| .* \| live \| 90 \| 90 \| yes \|$/m);
    assert.match(text, /^- peak: grade C, 1 run\.$/m);
    assert.match(text, /^mlx-headroom record chat --scenario peak --load openai --duration 2m$/m);
  });
});
