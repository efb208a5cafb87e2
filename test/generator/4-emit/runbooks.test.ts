import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { parse } from "yaml";
import { documentation } from "../../../src/catalog/documentation.ts";
import { alerts } from "../../../src/generator/3-compile/alerts.ts";
import { generate } from "../../../src/generator/generator.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { placeOf } from "../../../src/model/generated-head.ts";
import { repository } from "../../support/fixture-host.ts";
import { assertGolden } from "../../support/golden.ts";
import { anchors } from "../../support/markdown.ts";
import { nodesOfType, tablesOf } from "../../support/markdown-nodes.ts";
import { memoryHost } from "../../support/memory-host.ts";
import { runProgram } from "../../support/real-commands.ts";
import { exampleFiles, profile } from "../profile-document.ts";

type Pages = ReadonlyMap<string, string>;

/** Every page of Markdown that is made of the examples under a policy. */
function pages(policy: string, docs = true): Pages {
  const host = memoryHost({
    "/c.yaml": `workloads: [{ name: train, match: { program: t.py } }]\npolicy: ${policy.replaceAll("\n", "\n  ")}`,
  });
  const config = loadConfig(host.files, "/c.yaml");
  const made = generate(exampleFiles, {
    version: "0",
    layout: "tree",
    docs,
    ...(config.policy && { policy: config.policy }),
    config: { path: "/c.yaml", workloads: config.workloads.map(({ name }) => name) },
  });
  return new Map(
    made.filter(({ path }) => path.endsWith(".md")).map(({ path, text }) => [path, text]),
  );
}

/** Switches, severities, owners, patience, quiet hours, thresholds: all that a runbook tells of. */
const whole = `
owner: ml | ops
runbookBase: https://wiki.test/{{alert}}.md
labels: { site: "north \`1\`" }
hold: { patient: 3 }
thresholds: { memory: { warning: 0.2 }, cpu: { usage: 1.5 } }
notify:
  receivers: { ticket: { webhook: { url: http://127.0.0.1:9/ } } }
  quietHours: [{ days: [sunday], from: "00:00", to: "24:00", location: UTC }]
alerts:
  MlxRankMissing: { enabled: false }
  MlxWorkloadDown: { for: 4m, annotations: { summary: "{{workload}} is down: call <Ada> | \`Bob\`" } }
workloads:
  chat:
    owner: ada
    reviewEvery: 30d
    thresholds: { memory: { critical: 0.1, usage: 1.3 } }
    alerts: { MlxWorkloadDown: { severity: critical } }
  train: { hold: patient, alerts: { MlxIdleCpuHigh: { enabled: false } } }
`;

const usual = pages("{}");
const decided = pages(whole);
const runbook = (alert: string, of: Pages) => of.get(`runbooks/${alert}.md`) ?? "";
const names = (of: Pages) =>
  [...of.keys()].filter((path) => path.startsWith("runbooks/")).map((path) => path.slice(9, -3));

/** What is wrong with the links of a page. */
function broken(path: string, text: string, all: Pages): readonly string[] {
  return nodesOfType(text, "link").flatMap(({ url = "" }) => {
    const [target = "", anchor] = url.split("#");
    const own = target === "" ? path : posix.join(posix.dirname(path), target);
    const page = target.startsWith(documentation)
      ? read(join(repository, "docs", target.slice(documentation.length)))
      : all.get(own);
    const found = page !== undefined && (anchor === undefined || anchors(page).has(anchor));
    return found ? [] : [`${path}: ${url}`];
  });
}

function read(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

describe("runbooks", () => {
  it("are there for every alert that can fire, and for no other", () => {
    const all = alerts.map(({ name }) => name as string);
    assert.deepEqual(names(usual), all);
    assert.deepEqual(
      names(decided),
      all.filter((name) => name !== "MlxRankMissing"),
    );
  });

  it("are as the golden has them, with the policy's decisions and without", () => {
    assertGolden("runbooks/MlxOomKilled.md", runbook("MlxOomKilled", usual));
    assertGolden("runbooks/MlxWorkloadDown.md", runbook("MlxWorkloadDown", decided));
  });

  it("link to what exists, as documents do: to pages beside them, and else to the documentation", () => {
    for (const all of [usual, decided])
      assert.deepEqual(
        [...all].flatMap(([path, text]) => broken(path, text, all)),
        [],
      );
    const link = (text: string) =>
      nodesOfType(text, "link").filter(({ url = "" }) => /mlxrankmissing|MlxRankM/.test(url));
    assert.equal(link(runbook("MlxWorkloadStuck", usual))[0]?.url, "MlxRankMissing.md");
    assert.equal(
      link(runbook("MlxWorkloadStuck", decided))[0]?.url,
      `${documentation}/alerts.md#mlxrankmissing`,
    );
    assert.ok([...usual].flatMap(([, text]) => nodesOfType(text, "link")).length > 150);
  });

  it("begin with the alert's own words, and end with why it is there", () => {
    for (const { name, why, runbook: words } of alerts) {
      const text = runbook(name, usual);
      const bare = (markdown: string) => markdown.replaceAll(/\]\([^)]*\)/g, "]");
      for (const part of [words.meaning, words.linux, words.macos, words.prevent ?? "", why])
        assert.ok(bare(text).includes(bare(part)), `${name}: ${part}`);
    }
  });

  it("have tables of equal rows, and keep names apart from markup", () => {
    for (const [path, text] of [...usual, ...decided]) {
      for (const rows of tablesOf(text))
        assert.deepEqual([...new Set(rows.map((cells) => cells.length))].length, 1, path);
      const [head, ...html] = nodesOfType(text, "html");
      assert.ok(head?.value?.startsWith("<!--\nMade by"), path);
      assert.deepEqual(html, [], path);
      assert.equal(placeOf(text), path);
    }
    assert.ok(
      tablesOf(runbook("MlxHeadroomLow", decided)).some((rows) => rows.length === 9),
      "a row for each threshold",
    );
  });

  it("have commands that a shell reads, and examples that a policy takes", () => {
    const blocks = [...usual].flatMap(([path, text]) =>
      nodesOfType(text, "code").map(({ lang, value = "" }) => ({ path, lang, value })),
    );
    const shell = blocks.filter(({ lang }) => lang === "sh").map(({ value }) => value);
    assert.equal(shell.length, alerts.length - 1 + exampleFiles.length);
    assert.deepEqual(runProgram("bash", ["-n"], shell.join("\n")), { status: 0, output: "" });
    for (const { path, value } of blocks.filter(({ lang }) => lang === "yaml")) {
      const text = `workloads: [{ name: NAME, match: { program: x } }]\n${value}`;
      const { policy } = loadConfig(memoryHost({ "/c.yaml": text }).files, "/c.yaml");
      assert.ok(JSON.stringify(policy).includes('"enabled":false'), path);
      assert.deepEqual(Object.keys(parse(value) as object), ["policy"]);
    }
  });

  it("tell what the policy made of an alert: times, severities, owners, thresholds, sentences, quiet hours", () => {
    const text = runbook("MlxWorkloadDown", decided);
    const rows = tablesOf(text).find(([head]) => head?.[0] === "Workload");
    assert.deepEqual(rows, [
      ["Workload", "Rule", "Fires as", "Waits", "Threshold", "Owner"],
      ["chat", "warning", "critical", "4m", "", "ada"],
      ["train", "warning", "warning", "12m", "", ""],
    ]);
    assert.match(text, /^The policy has other times or thresholds than these words/m);
    assert.match(text, /^- Fires when this has held for 4m\.$/m);
    assert.match(text, /^- Told to the receiver `mlx-ticket`, not in quiet hours\.$/m);
    assert.match(text, /^- Label `owner`: ml &#124; ops$/m);
    assert.match(text, /^summary: \{\{workload\}\} is down: call <Ada> \| `Bob`$/m);
    assert.match(text, /^runbook_url: https:\/\/wiki\.test\/MlxWorkloadDown\.md$/m);
    assert.match(text, /^### warning, for workloads of the class patient$/m);
    assert.doesNotMatch(runbook("MlxWorkloadDown", usual), /other times|quiet|Label|class/);
    const idle = tablesOf(runbook("MlxIdleCpuHigh", decided)).flat();
    assert.ok(idle.some((cells) => cells.join() === "train,warning,off,,,"));
  });

  it("tell thresholds that are data with where each is from, and leave no other table", () => {
    const thresholds = (alert: string, of: Pages) =>
      tablesOf(runbook(alert, of))
        .filter(([head]) => head?.[1] === "Threshold")
        .flatMap(([, ...rows]) => rows.map((cells) => cells.join("; ")));
    assert.deepEqual(thresholds("MlxHeadroomLow", decided).slice(0, 2), [
      "warning; less than 20 % of memory left; the policy; × 2 for a baseline of grade C",
      "critical; less than 5 % of memory left; the default",
    ]);
    assert.deepEqual(thresholds("MlxUsageAboveBaseline", decided).slice(-2), [
      "warning; more than 1.2 times the recorded GPU memory; grade C",
      "info; more than 1.5 times the recorded CPU; the policy",
    ]);
    assert.deepEqual(thresholds("MlxBaselineStale", usual), [
      "info; older than 90 days; 90d, the default",
    ]);
    assert.deepEqual(thresholds("MlxOomKilled", usual), []);
    const own = tablesOf(runbook("MlxBaselineStale", decided)).flat();
    assert.ok(own.some((cells) => cells.join() === "chat,info,info,1h,older than 30 days,ada"));
  });

  it("say which alerts hide them and which they hide, of the same things", () => {
    const down = runbook("MlxWorkloadDown", usual);
    assert.match(
      down,
      /^- While \[MlxOomKilled\]\(MlxOomKilled\.md\) fires for the same `job`, `instance`, `workload`, it is not notified\. /m,
    );
    assert.match(
      down,
      /^- While it fires for the same .*, these are not notified: \[MlxRankMissing\]/m,
    );
    assert.doesNotMatch(runbook("MlxWorkloadDown", decided), /\[MlxRankMissing\]\(Mlx/);
    const low = runbook("MlxHeadroomLow", usual);
    assert.match(low, /^- While it fires as critical .*, it is not notified as warning\. /m);
    assert.doesNotMatch(low, /MlxStarvesHostMemory/, "what hides itself hides no other");
  });

  it("tell of a weak baseline where one makes an alert milder", () => {
    const note = /^- For a workload whose baseline is of grade C it is information\.$/m;
    assert.match(runbook("MlxUsageAboveBaseline", usual), note);
    assert.doesNotMatch(runbook("MlxOomKilled", usual), note);
    const sure = generate([{ path: "a", profile: profile({ grade: "A" }) }], {
      version: "0",
      layout: "tree",
    });
    const page = sure.find(({ path }) => path === "runbooks/MlxUsageAboveBaseline.md");
    assert.doesNotMatch(page?.text ?? "", note);
  });

  it("are no part of the default pack, of which docs/alerts.md tells", () => {
    const pack = generate([], { version: "0", layout: "pack", docs: true });
    assert.deepEqual(
      pack.map(({ path }) => path).filter((path) => path.endsWith(".md")),
      ["grafana/README.md"],
    );
  });
});
