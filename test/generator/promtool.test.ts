import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alerts } from "../../src/generator/3-compile/alerts.ts";
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

/** Of every resource that a baseline can have. */
const most = { p95: 3_000_000_000, max: 4_000_000_000 };
const figures = {
  per: "process",
  scenarios: {
    peak: {
      runs: 1,
      n: 60,
      resources: { memory: most, gpu_memory: most, cpu: { p95: 3.5, max: 7.25 } },
    },
  },
};

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
      { path: "odd.yaml", profile: profile({ workload: "On:12.30-_", grade: "C", figures }) },
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
  ["mlx-none", ["alertname=MlxCpuThrottled", "severity=info", "workload=chat"]],
  ["mlx-page", ["alertname=MlxStarvesHostMemory", "severity=critical"]],
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
    // Claims about hours are evaluated step by step.
    this.timeout(180_000);
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

    /** Those whose rules read what another group records: the others bring what they read along. */
    const ofConstants = (): readonly string[] =>
      testFiles().filter((path) => /baselines|thresholds|headroom-low/.test(path));

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
      assert.equal(testFiles().length, alerts.length + 1 + profiles.length);
      succeeds(
        "promtool",
        "test",
        "rules",
        ...(profiles.length === 0 ? testFiles() : ofConstants()),
      );
    });

    it("claims hold twenty times in a row: none depends on the order promtool takes groups in", function () {
      requireTool(this, "promtool", "runs the rules on synthetic series");
      for (let run = 0; run < 20; run++) succeeds("promtool", "test", "rules", ...ofConstants());
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
    ["thresholds", "mlx-recording.yml", "vector(0.02)", "vector(0.025)"],
    ["exhaustion-predicted", "mlx-alerts.yml", "< 4 * 3600", "< 3.5 * 3600"],
    ["exhaustion-predicted", "mlx-alerts.yml", "< 4 * 3600", "< 4.8 * 3600"],
    ["exhaustion-predicted", "mlx-alerts.yml", "_limit_bytes < 0.4", "_limit_bytes < 1"],
    ["exhaustion-predicted", "mlx-alerts.yml", "process_starts_total[1h]) == 0", "up[1h]) >= 0"],
    [
      "usage-above-baseline",
      "mlx-alerts.yml",
      "max by (workload, resource) (mlx:threshold_usage",
      "(mlx:threshold_usage",
    ],
    [
      "usage-above-baseline",
      "mlx-alerts.yml",
      "max_over_time(mlx_workload_processes[5m]) > 0",
      "vector(1)",
    ],
    [
      "limit-hit",
      "mlx-alerts.yml",
      'limit_events_total{event=~"high|max"}[5m] offset 15m) > 0',
      'limit_events_total{event=~"high|max"}[5m] offset 15m) >= 0',
    ],
    ["limit-hit", "mlx-alerts.yml", "increase(mlx_workload_threads", "delta(mlx_workload_threads"],
    ["cpu-throttled", "mlx-alerts.yml", "periods_total[5m]) > 0.25", "periods_total[5m]) > 0.2"],
    ["cpu-throttled", "mlx-alerts.yml", "periods_total[5m]) > 0.25", "periods_total[5m]) > 0.3"],
    ["swapped-out", "mlx-alerts.yml", "> 0.2\n", "> 0.16\n"],
    ["swapped-out", "mlx-alerts.yml", "> 0.2\n", "> 0.25\n"],
    ["swapped-out", "mlx-alerts.yml", "swap_bytes > 2 ^ 30", "swap_bytes > 0"],
    ["cache-dominates", "mlx-alerts.yml", "0.1 * max", "0.08 * max"],
    ["cache-dominates", "mlx-alerts.yml", "0.25 * max", "0.3 * max"],
    [
      "cache-dominates",
      "mlx-alerts.yml",
      "mlx_host_memory_total_bytes < 0.25",
      "mlx_host_memory_total_bytes < 0.3",
    ],
    ["starves-host-memory", "mlx-alerts.yml", "total_bytes) > 0.5", "total_bytes) > 0.4"],
    ["starves-host-memory", "mlx-alerts.yml", "total_bytes < 0.1 or", "total_bytes < 0.12 or"],
    ["starves-host-memory", "mlx-alerts.yml", "pressure_level >= 2", "pressure_level >= 1"],
    ["starves-host-cpu", "mlx-alerts.yml", "cpu_cores) > 0.5", "cpu_cores) > 0.4"],
    ["starves-host-cpu", "mlx-alerts.yml", "cpu_cores) < 0.05", "cpu_cores) < 0.07"],
    ["starves-host-cpu", "mlx-alerts.yml", "idle|iowait", "idle"],
    [
      "memory-over-committed",
      "mlx-alerts.yml",
      "max by (workload) (mlx:baseline_peak",
      "(mlx:baseline_peak",
    ],
    [
      "memory-over-committed",
      "mlx-alerts.yml",
      "max by (job, instance) (mlx_host_memory_total_bytes)\n        for: 10m",
      "1.2 * max by (job, instance) (mlx_host_memory_total_bytes)\n        for: 10m",
    ],
    ["gpu-wired-over-committed", "mlx-alerts.yml", "0.8 * max", "0.75 * max"],
    ["gpu-wired-over-committed", "mlx-alerts.yml", "0.95 * max", "0.9 * max"],
    [
      "gpu-wired-stranded",
      "mlx-alerts.yml",
      "process_exits_total[1h])) > 0",
      "process_exits_total[1h])) >= 0",
    ],
    [
      "gpu-wired-stranded",
      "mlx-alerts.yml",
      'ALERTS{alertname="MlxGpuWiredStranded"',
      'ALERTS{alertname="MlxGpuWired"',
    ],
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
