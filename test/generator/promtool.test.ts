import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "../../src/generator/generator.ts";
import type { CompileOptions, ProfileFile } from "../../src/generator/generator.ts";
import { realWriter } from "../../src/host/writer.ts";
import { runProgram } from "../support/real-commands.ts";
import { requireTool } from "../support/requires.ts";
import { exampleFile, profile } from "./profile-document.ts";

interface Case {
  readonly name: string;
  readonly profiles: readonly ProfileFile[];
  readonly options: CompileOptions;
  /** Folders within the output. */
  readonly rules: string;
  readonly tests: string;
  readonly prometheus: string;
  readonly alertmanager: string;
}

const cases: readonly Case[] = [
  {
    name: "the default pack",
    profiles: [],
    options: { version: "0", layout: "pack" },
    rules: "rules",
    tests: "rules/tests",
    prometheus: "rules/config",
    alertmanager: "rules/config",
  },
  {
    name: "the example, and a workload of grade C with an awkward name",
    profiles: [
      exampleFile,
      { path: "odd.yaml", profile: profile({ workload: "On:12.30-_", grade: "C" }) },
    ],
    options: { version: "0", layout: "tree", webhookUrl: "https://example.org/hook?a=b&c=%20" },
    rules: "prometheus/rules",
    tests: "prometheus/tests",
    prometheus: "prometheus",
    alertmanager: "alertmanager",
  },
];

/** Where MlxX must arrive. */
const routes: readonly (readonly [receiver: string, labels: readonly string[]])[] = [
  ["mlx-ticket", ["alertname=MlxHeadroomLow", "severity=warning", "workload=chat"]],
  ["mlx-page", ["alertname=MlxHeadroomLow", "severity=critical", "workload=chat"]],
  ["mlx-page", ["alertname=MlxOomKilled", "severity=critical", "workload=chat"]],
  ["mlx-ticket", ["alertname=MlxWorkloadDown", "severity=warning", "workload=chat"]],
  ["mlx-page", ["alertname=MlxExporterDown", "severity=critical"]],
  ["mlx-page", ["alertname=MlxRuleFailing", "severity=critical"]],
  ["mlx-dead-man", ["alertname=MlxWatchdog", "severity=none"]],
  ["mlx-none", ["alertname=MlxSomething", "severity=info"]],
  ["mlx-ticket", ["alertname=NotOurs"]],
];

function succeeds(command: string, ...args: readonly string[]): void {
  const { status, output } = runProgram(command, args);
  assert.equal(status, 0, `${command} ${args.join(" ")}\n${output}`);
}

for (const { name, profiles, options, ...folders } of cases) {
  describe(`the judges accept ${name}`, function () {
    this.timeout(60_000);
    const artifacts = generate(profiles, options);
    let root = "";
    const below = (folder: string): readonly string[] =>
      artifacts
        .filter(({ path }) => path.startsWith(`${folder}/`) && path.endsWith(".yml"))
        .map(({ path }) => join(root, path));
    const testFiles = (): readonly string[] => below(folders.tests);
    const ruleFiles = (): readonly string[] =>
      below(folders.rules).filter(
        (path) => /\/mlx-[^/]+\.yml$|\/mlx-baselines\//.test(path) && !path.includes("/tests/"),
      );

    before(() => {
      root = mkdtempSync(join(tmpdir(), "mlx-headroom-judges-"));
      realWriter().writeAll(root, artifacts);
    });
    after(() => {
      rmSync(root, { recursive: true, force: true });
    });

    it("promtool accepts the rules and finds nothing to lint", function () {
      requireTool(this, "promtool", "checks the rules");
      assert.equal(ruleFiles().length, 2 + profiles.length);
      succeeds("promtool", "check", "rules", "--lint=all", "--lint-fatal", ...ruleFiles());
    });

    it("promtool accepts the configuration and finds every rule file", function () {
      requireTool(this, "promtool", "checks the configuration");
      succeeds("promtool", "check", "config", join(root, folders.prometheus, "prometheus.yml"));
    });

    it("every claim about the rules holds", function () {
      requireTool(this, "promtool", "runs the rules on synthetic series");
      assert.equal(testFiles().length, 7 + profiles.length);
      succeeds("promtool", "test", "rules", ...testFiles());
    });

    it("claims hold twenty times in a row: none depends on the order promtool takes groups in", function () {
      requireTool(this, "promtool", "runs the rules on synthetic series");
      // The logic of the alerts is the same with and without profiles: twenty times is enough once.
      const files =
        profiles.length === 0
          ? testFiles()
          : testFiles().filter((path) => path.includes("baselines"));
      for (let run = 0; run < 20; run++) succeeds("promtool", "test", "rules", ...files);
    });

    it("amtool accepts the routing", function () {
      requireTool(this, "amtool", "checks Alertmanager's configuration");
      succeeds("amtool", "check-config", join(root, folders.alertmanager, "alertmanager.yml"));
    });

    it("every alert arrives where it must", function () {
      requireTool(this, "amtool", "routes alerts");
      const config = join(root, folders.alertmanager, "alertmanager.yml");
      for (const [receiver, labels] of routes) {
        succeeds(
          "amtool",
          "config",
          "routes",
          "test",
          `--config.file=${config}`,
          `--verify.receivers=${receiver}`,
          ...labels,
        );
      }
    });
  });
}

describe("the claims about the rules", function () {
  this.timeout(60_000);
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "mlx-headroom-mutants-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const mutants: readonly (readonly [claims: string, file: string, from: string, to: string])[] = [
    ["thresholds", "mlx-recording.yml", "vector(0.15)", "vector(0.18)"],
    ["headroom-low", "mlx-recording.yml", "vector(0.05)", "vector(0.03)"],
    ["headroom-low", "mlx-alerts.yml", "for: 2m", "for: 1m30s"],
    ["headroom-low", "mlx-alerts.yml", "keep_firing_for: 5m", "keep_firing_for: 4m"],
    ["headroom-low", "mlx-alerts.yml", "max by (resource) (mlx", "(mlx"],
    ["headroom-low", "mlx-alerts.yml", "max by (workload, resource) (mlx", "(mlx"],
    ["headroom-low", "mlx-alerts.yml", "unless on (workload, resource)", "unless on (workload)"],
    ["headroom-low", "mlx-alerts.yml", "humanize1024", "humanize"],
    ["headroom-low", "mlx-alerts.yml", "limit left", "limit remaining"],
    ["oom-killed", "mlx-alerts.yml", "oom_kills_total[10m]", "oom_kills_total[5m]"],
    ["oom-killed", "mlx-alerts.yml", "increase(mlx_workload_oom", "delta(mlx_workload_oom"],
    ["workload-down", "mlx-alerts.yml", "mlx_workload_expected == 1", "mlx_workload_expected >= 0"],
    ["exporter-down", "mlx-alerts.yml", "  absent(up", "  absent(down"],
    ["rule-failing", "mlx-alerts.yml", ".+;mlx-.+", ".+"],
    ["rule-failing", "mlx-alerts.yml", "increase(prom", "delta(prom"],
    ["watchdog", "mlx-alerts.yml", "expr: vector(1)", "expr: vector(1) > 1"],
  ];
  for (const [claims, file, from, to] of mutants) {
    it(`about mlx-${claims} break when '${from}' becomes '${to}'`, function () {
      requireTool(this, "promtool", "runs the rules on synthetic series");
      realWriter().writeAll(root, generate([], { version: "0", layout: "pack" }));
      const rules = join(root, "rules", file);
      const text = readFileSync(rules, "utf8");
      assert.ok(text.includes(from));
      writeFileSync(rules, text.replace(from, to));
      const tests = join(root, "rules/tests", `mlx-${claims}.yml`);
      assert.equal(runProgram("promtool", ["test", "rules", tests]).status, 1);
    });
  }
});

describe("the dashboard's queries", () => {
  it("are accepted by Prometheus with every choice filled in", function () {
    requireTool(this, "promtool", "checks the types of expressions");
    const artifacts = generate([], { version: "0", layout: "pack" });
    const dashboard = artifacts.find(({ path }) => path.endsWith(".json"))?.text ?? "";
    const { panels } = JSON.parse(dashboard) as {
      readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
    };
    const rules = panels
      .flatMap(({ targets = [] }) => targets)
      .map(({ expr }, index) => ({
        record: `query_${index}`,
        expr: expr.replaceAll(/\$__(?:rate_interval|range)/g, "5m").replaceAll(/\$\w+/g, "(a|b)"),
      }));
    const root = mkdtempSync(join(tmpdir(), "mlx-headroom-queries-"));
    try {
      const path = join(root, "queries.yml");
      writeFileSync(path, JSON.stringify({ groups: [{ name: "queries", rules }] }));
      assert.ok(rules.length >= 15);
      succeeds("promtool", "check", "rules", path);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
