/**
 * Every threshold, window, join and duration of the rules is changed, one at a time, and some claim about the alert must
 * break. Some minutes long: `npm run test:mutation`, and no part of `npm test`.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { AlertName } from "../../src/catalog/alerts.ts";
import { alerts } from "../../src/generator/3-compile/alerts.ts";
import { compile } from "../../src/generator/3-compile/compile.ts";
import { stepSeconds as usualSeconds } from "../../src/generator/3-compile/scraping.ts";
import { duration } from "../../src/generator/4-emit/duration.ts";
import { generate } from "../../src/generator/generator.ts";
import { realWriter } from "../../src/host/writer.ts";
import { runProgram } from "../support/real-commands.ts";
import { requireTool } from "../support/requires.ts";
import { thresholdsMoved } from "./numbers.ts";

describe("the claims about the rules", function () {
  this.timeout(180_000);
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
    [
      "history",
      "mlx-history.yml",
      "0.95, mlx_workload_threads[5m]",
      "0.95, mlx_workload_threads[6m]",
    ],
    ["history", "mlx-history.yml", "mlx_workload_open_fds[1h]", "mlx_workload_open_fds[62m]"],
    [
      "history",
      "mlx-history.yml",
      "max_over_time(rate(mlx_workload_cpu_seconds_total[2m])[1h",
      "avg_over_time(rate(mlx_workload_cpu_seconds_total[2m])[1h",
    ],
    [
      "history",
      "mlx-history.yml",
      "min_over_time(mlx_workload_headroom",
      "max_over_time(mlx_workload_headroom",
    ],
    ["history-outlook", "mlx-history.yml", "max_1h offset 1d", "max_1h offset 3d"],
    ["history-outlook", "mlx-history.yml", "/ 86400 <= 365", "/ 86400 <= 3650"],
    [
      "history-outlook",
      "mlx-history.yml",
      "clamp_min(min_over_time(mlx_workload_memory",
      "clamp_max(min_over_time(mlx_workload_memory",
    ],
    ["history-outlook", "mlx-history.yml", '{parent!=""}', '{parent="none"}'],
    [
      "history-outlook",
      "mlx-history.yml",
      "max by (workload) (mlx:baseline_peak",
      "(mlx:baseline_peak",
    ],
    ["history-outlook", "mlx-history.yml", "open_fds|threads", "open_fds"],
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

/**
 * Alerts whose `keep_firing_for` is held to two steps and not to one: it begins where a sample leaves a window, which is
 * one evaluation earlier in Prometheus 3 than in 2, and the claims hold in both.
 */
const keptFromAWindow: readonly AlertName[] = ["MlxLimitHit", "MlxRuleFailing"];

/** Moves of a number that no claim can notice, and why. */
const unnoticed: readonly (readonly [
  alert: AlertName,
  literal: string,
  share: number,
  why: string,
])[] = [
  ["MlxStarvesHostMemory", "2", -0.2, "the kernel's levels of pressure are 1, 2 and 4"],
  ["MlxStarvesHostMemory", "4", -0.2, "the kernel's levels of pressure are 1, 2 and 4"],
];

/** One change to the expression of one alert that its claims must notice. */
const mutations: readonly (readonly [alert: AlertName, from: string, to: string])[] = [
  ["MlxLimitMissing", "== 0", "== 1"],
  ["MlxLimitMissing", 'resource="memory"', 'resource!=""'],
  ["MlxLimitMissing", "unless on (job, instance)", "unless on (job)"],
  ["MlxLimitMissing", "and on (workload)", "unless on (workload)"],
  ["MlxLimitBelowBaseline", "max by (workload) (mlx", "0.9 * max by (workload) (mlx"],
  ["MlxLimitBelowBaseline", "max by (workload) (mlx", "1.2 * max by (workload) (mlx"],
  ["MlxLimitBelowBaseline", "max by (workload) (mlx", "(mlx"],
  ["MlxLimitFarAboveBaseline", "2 * max", "1.6 * max"],
  ["MlxLimitFarAboveBaseline", "2 * max", "2.4 * max"],
  ["MlxLimitFarAboveBaseline", "0.1 * max", "0.08 * max"],
  ["MlxLimitFarAboveBaseline", "0.1 * max", "0.12 * max"],
  ["MlxLimitFarAboveBaseline", "host|wired", "wired"],
  ["MlxLimitFarAboveBaseline", "host|wired", "host"],
  ["MlxLimitFarAboveBaseline", "2 * max by (workload) (mlx", "2 * (mlx"],
  ["MlxWorkloadRestarting", "2.5 *", "1.9 *"],
  ["MlxWorkloadRestarting", "2.5 *", "3.1 *"],
  ["MlxWorkloadRestarting", "increase(", "delta("],
  ["MlxWorkloadRestarting", "clamp_min(max_over_time(mlx_workload_processes[15m]), 1)", "1"],
  ["MlxWorkloadRestarting", "_expected == 1", "_expected >= 0"],
  [
    "MlxWorkloadRestarting",
    "mlx_workload_process_starts_total[15m]",
    "mlx_workload_process_starts_total[18m]",
  ],
  ["MlxWorkloadStuck", "success == 0", "success >= 0"],
  ["MlxWorkloadStuck", "processes > 0", "processes >= 0"],
  ["MlxWorkloadStuck", "connections[10m]) > 0", "connections[10m]) >= 0"],
  ["MlxWorkloadStuck", "connections[10m]", "connections[12m]"],
  ["MlxWorkloadStuck", "connections[10m]", "connections[8m]"],
  ["MlxWorkloadStuck", "< 0.005", "< 0.0065"],
  ["MlxWorkloadStuck", "< 0.005", "< 0.0039"],
  ["MlxWorkloadStuck", "gpu_seconds_total[10m]) > 0.005", "gpu_seconds_total[10m]) > 0.0065"],
  ["MlxWorkloadStuck", "gpu_seconds_total[10m]) > 0.005", "gpu_seconds_total[10m]) > 0.0035"],
  ["MlxWorkloadStuck", "> 0.05", "> 0.065"],
  ["MlxWorkloadStuck", "> 0.05", "> 0.035"],
  ["MlxWorkloadStuck", "unless\nmlx_workload_probe_success", "unless\nmlx_none"],
  ["MlxIdleCpuHigh", "> 0.5", "> 0.4"],
  ["MlxIdleCpuHigh", "> 0.5", "> 0.6"],
  ["MlxIdleCpuHigh", "rate(", "deriv("],
  ["MlxIdleCpuHigh", "[5m]) == 0", "[5m]) >= 0"],
  ["MlxIdleCpuHigh", "connections[5m]", "connections[1m]"],
  ["MlxIdleCpuHigh", "mlx_workload_ranks", "mlx_none"],
  ["MlxRankMissing", "< max_over_time", "<= max_over_time"],
  ["MlxRankMissing", " or 0 * mlx_workload_processes", ""],
  ["MlxRankMissing", "0 * mlx_workload_processes", "0 * (mlx_workload_processes > 0)"],
  ["MlxRankMissing", "and on (job, workload)\nmlx_workload_ranks", ""],
  ["MlxRankMissing", "ranks[1h]", "ranks[50m]"],
  [
    "MlxRankMissing",
    "increase(mlx_workload_process_exits_total[1h])",
    "0 * mlx_workload_process_exits_total",
  ],
  ["MlxHostRebooted", "> 60", "> 48"],
  ["MlxHostRebooted", "< 3600", "< 1e9"],
  ["MlxHostRebooted", "< 3600", "< 2880"],
  ["MlxHostRebooted", "processes[1h]) > 0", "processes[1h]) >= 0"],
  ["MlxHostRebooted", "processes[1h]) > 0", "processes[5m]) > 0"],
  ["MlxBaselineStale", "> 7776000", "> 6220800"],
  ["MlxBaselineStale", "> 7776000", "> 9331200"],
  ["MlxBaselineStale", "max by", "min by"],
  ["MlxBaselineStale", "and on (workload)", "or on (workload)"],
  ["MlxBaselineMismatch", "unless on (workload, model)", "unless on (workload)"],
  ["MlxBaselineMismatch", "unless on (workload, mlx_version)", "unless on (workload)"],
  ["MlxBaselineMismatch", '_seconds{model!=""}', "_seconds"],
  ["MlxBaselineMismatch", '_info{model!=""}', "_info"],
  ["MlxBaselineMismatch", "processes > 0", "processes >= 0"],
  ["MlxBaselineDrift", "1.25 *", "1 *"],
  ["MlxBaselineDrift", "1.25 *", "1.5 *"],
  ["MlxBaselineDrift", "0.5 *", "0.4 *"],
  ["MlxBaselineDrift", "0.5 *", "0.61 *"],
  ["MlxBaselineDrift", "quantile_over_time(0.95", "quantile_over_time(0.9"],
  ["MlxBaselineDrift", "quantile_over_time(0.95", "quantile_over_time(0.99"],
  [
    "MlxBaselineDrift",
    ' or label_replace(mlx:baseline_peak{resource="memory"}, "of", "peak", "", "")',
    "",
  ],
  ["MlxBaselineDrift", "> 115", "> 92"],
  ["MlxBaselineDrift", "> 115", "> 138"],
  ["MlxWorkloadWithoutBaseline", "offset 1d > 0", "offset 20h > 0"],
  ["MlxWorkloadWithoutBaseline", "offset 1d > 0", "offset 1d >= 0"],
  ["MlxWorkloadWithoutBaseline", "processes > 0", "processes >= 0"],
  ["MlxWorkloadWithoutBaseline", "unless on (workload)", "unless on (job)"],
  ["MlxWorkloadWithoutBaseline", "and on ()", "or on ()"],
  ["MlxCollectorFailing", "== 0", "== 1"],
  ["MlxCollectorFailing", "native", "none"],
  ["MlxSeriesDropped", "increase(", "delta("],
  ["MlxSeriesDropped", "label", "none"],
  ["MlxSeriesDropped", "[1h]) > 0", "[50m]) > 0"],
  ["MlxSeriesDropped", "offset 1h", "offset 50m"],
  [
    "MlxSeriesDropped",
    'unless max_over_time(mlx_exporter_dropped_total{kind!="label"}[1h] offset 1h)',
    "unless mlx_exporter_dropped_total offset 1h",
  ],
  ["MlxAllocatorReportStale", "> 600", "> 480"],
  ["MlxAllocatorReportStale", "> 600", "> 720"],
  ["MlxAllocatorReportStale", "processes > 0", "processes >= 0"],
  ["MlxConfigReloadFailed", "== 0", ">= 0"],
];

describe("the claims about an alert", function () {
  this.timeout(180_000);
  const pack = generate([], { version: "0", layout: "pack" });
  const text = (path: string) => pack.find((artifact) => artifact.path === path)?.text ?? "";
  const { groups } = parse(text("rules/mlx-alerts.yml")) as {
    readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
  };
  let root = "";
  before(() => {
    root = mkdtempSync(join(tmpdir(), "mlx-headroom-mutants-"));
    realWriter().writeAll(root, pack);
  });
  after(() => {
    rmSync(root, { recursive: true, force: true });
  });

  /** Runs an alert's claims against its own rules alone, which saves the time of all others. */
  function holds(name: AlertName, change: (rule: Rule, index: number) => Rule): boolean {
    const own = groups.map((group) => ({
      name: group.name,
      rules: group.rules.filter(({ alert }) => alert === name).map(change),
    }));
    writeFileSync(join(root, "rules/mlx-alerts.yml"), JSON.stringify({ groups: own }));
    const file = `mlx${name.slice(3).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.yml`;
    return runProgram("promtool", ["test", "rules", join(root, "rules/tests", file)]).status === 0;
  }

  for (const [name, from, to] of mutations) {
    it(`${name} break when '${from}' becomes '${to}'`, function () {
      requireTool(this, "promtool", "runs the rules on synthetic series");
      let changed = false;
      const intact = holds(name, (rule) => {
        const expr = rule.expr.replace(from, to);
        changed ||= expr !== rule.expr;
        return { ...rule, expr };
      });
      assert.ok(changed);
      assert.equal(intact, false);
    });
  }

  const built = compile([], { version: "0", layout: "pack" }).alerts.flatMap(({ rules }) => rules);

  for (const { name } of alerts) {
    const own = built.filter(({ alert }) => alert === name);
    for (const [index, { expr }] of own.entries()) {
      for (const { literal, share, expression } of thresholdsMoved(expr)) {
        const spared = unnoticed.some(
          ([alert, number, by]) => alert === name && number === literal && by === share,
        );
        if (spared) continue;
        const change = `${share > 0 ? "+" : "-"}20 %`;
        const line = expression.split("\n").find((changed, at) => changed !== expr.split("\n")[at]);
        it(`${name} break when ${literal} is moved by ${change}: ${line?.trim()}`, function () {
          requireTool(this, "promtool", "runs the rules on synthetic series");
          const intact = holds(name, (rule, at) =>
            at === index ? { ...rule, expr: expression } : rule,
          );
          assert.equal(intact, false);
        });
      }
    }
  }

  for (const { name, stepSeconds = usualSeconds } of alerts) {
    it(`${name} hold, and break when one of its durations is a step longer or shorter`, function () {
      requireTool(this, "promtool", "runs the rules on synthetic series");
      assert.ok(holds(name, (rule) => rule));
      const own = built.filter(({ alert }) => alert === name);
      for (const [index, { forSeconds, keepFiringForSeconds }] of own.entries()) {
        for (const [key, seconds] of [
          ["for", forSeconds],
          ["keep_firing_for", keepFiringForSeconds],
        ] as const) {
          if (seconds === undefined) continue;
          const twice = key === "keep_firing_for" && keptFromAWindow.includes(name);
          const moved = twice ? 2 * stepSeconds : stepSeconds;
          for (const changed of [seconds - moved, seconds + moved]) {
            const intact = holds(name, (rule, at) =>
              at === index ? { ...rule, [key]: duration(changed) } : rule,
            );
            assert.equal(intact, false, `${key} of rule ${index} may be ${changed} s`);
          }
        }
      }
    });
  }
});

interface Rule {
  readonly alert: string;
  readonly expr: string;
}
