import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newerProgram } from "../../lab/newer-debian.ts";
import { alerts } from "../../src/generator/3-compile/alerts.ts";
import { generate } from "../../src/generator/generator.ts";
import type { CompileOptions, ProfileFile } from "../../src/generator/generator.ts";
import { realWriter } from "../../src/host/writer.ts";
import { defaultPolicy, type Policy } from "../../src/model/policy.ts";
import { claimsHold, ownClaims } from "../support/own-claims.ts";
import { runProgram } from "../support/real-commands.ts";
import { slowSteps } from "../support/lab.ts";
import { requireTool } from "../support/requires.ts";
import { exampleFile, exampleFiles, profile } from "../generator/profile-document.ts";

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
    name: "the three examples, and a workload of grade C with an awkward name",
    profiles: [
      ...exampleFiles,
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
    // Claims about days are evaluated step by step.
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

    /** Whoever's profiles these are, claims about the logic are those of the default pack. */
    const claims = (): readonly string[] => (profiles.length === 0 ? testFiles() : ofConstants());

    before(() => {
      root = mkdtempSync(join(tmpdir(), "mlx-headroom-judges-"));
      realWriter().writeAll(root, artifacts);
    });
    after(() => {
      rmSync(root, { recursive: true, force: true });
    });

    it("promtool accepts the rules and finds nothing to lint", function () {
      requireTool(this, "promtool", "checks the rules");
      assert.equal(ruleFiles().length, 3 + profiles.length);
      succeeds("promtool", "check", "rules", "--lint=all", "--lint-fatal", ...ruleFiles());
    });

    it("promtool accepts the configuration and finds every rule file", function () {
      requireTool(this, "promtool", "checks the configuration");
      const config = (name: string) => join(root, folders.prometheus, name);
      succeeds("promtool", "check", "config", config("prometheus.yml"));
      succeeds("promtool", "check", "config", config("federation.yml"));
    });

    it("every claim about the rules holds", async function () {
      requireTool(this, "promtool", "runs the rules on synthetic series");
      assert.equal(testFiles().length, alerts.length + 3 + profiles.length);
      await claimsHold("promtool", ownClaims(claims(), join(root, "own")));
    });

    // Claims from a baseline's own figures take seconds each time.
    const runs = profiles.length === 0 ? 20 : 4;
    it(`claims hold ${runs} times in a row: none depends on the order promtool takes groups in`, async function () {
      requireTool(this, "promtool", "runs the rules on synthetic series");
      const files = ownClaims(ofConstants(), join(root, "own"));
      for (let run = 0; run < runs; run++) await claimsHold("promtool", files);
    });

    it("the Prometheus of Debian's next release agrees, whose windows have other edges", async function () {
      const newer = await newerProgram("promtool", slowSteps);
      // What is yet to be released may be away any day, so that nothing depends on it.
      if (newer.kind === "unavailable") {
        if (this.test) this.test.title += ` (skipped: ${newer.why})`;
        this.skip();
      } else {
        if (this.test) this.test.title += ` (${newer.version})`;
        succeeds(newer.command, "check", "rules", "--lint=all", "--lint-fatal", ...ruleFiles());
        await claimsHold(newer.command, ownClaims(claims(), join(root, "own")));
      }
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

/** A policy that uses every key, but for the version that promtool here may not know. */
const everything: Policy = {
  ...defaultPolicy,
  rollout: "observe",
  owner: "ml",
  reviewEverySeconds: 60 * 86_400,
  labels: { team: "ml" },
  runbookBase: "https://wiki.test/r",
  dashboardBase: "https://g.test",
  intervalSeconds: 30,
  retentionSeconds: 86_400,
  hold: { slow: { factor: 1.5 }, patient: { seconds: 240 } },
  thresholds: { ...defaultPolicy.thresholds, cpu: { warning: 0.1 } },
  alerts: {
    MlxCpuThrottled: { enabled: false, annotations: {}, labels: { a: "b" } },
    MlxSwappedOut: {
      severity: { warning: "info" },
      annotations: { summary: "{{workload}} was swapped out" },
      labels: {},
    },
    MlxRankMissing: { windowSeconds: 7200, annotations: {}, labels: {} },
  },
  workloads: {
    chat: {
      owner: "ada",
      reviewEverySeconds: 30 * 86_400,
      hold: "slow",
      thresholds: {},
      alerts: { MlxIdleCpuHigh: { enabled: false }, MlxCpuThrottled: { enabled: true } },
      limits: { memory: 24 * 1024 ** 3 },
    },
    "On:12.30-_": {
      rollout: "hard",
      hold: "patient",
      thresholds: { memory: { warning: 0.4 } },
      alerts: { MlxHeadroomLow: { severity: { critical: "warning" } } },
      limits: {},
    },
    off: {
      thresholds: {},
      alerts: { MlxHeadroomLow: { enabled: false } },
      limits: {},
    },
  },
  joinLabels: ["workload", "resource", "host_class"],
  selector: { env: "prod", job: "mlx" },
};

const peakOf = (max: number): unknown => ({
  per: "process",
  scenarios: { peak: { runs: 1, n: 60, resources: { memory: { max } } } },
});
const general = { grade: "C", figures: peakOf(4_000_000_000) };
const ofClass = {
  grade: "A",
  figures: peakOf(8_000_000_000),
  labels: { host_class: "m2" },
};

describe("the judges accept a policy that uses everything", function () {
  this.timeout(300_000);
  let root = "";
  const generated = (profiles: readonly ProfileFile[], policy: Policy): readonly string[] => {
    const config = { path: "c.yaml", workloads: ["chat", "off"] };
    const artifacts = generate(profiles, { version: "0", layout: "tree", policy, config });
    realWriter().writeAll(root, artifacts);
    return artifacts.map(({ path }) => join(root, path));
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "mlx-headroom-policy-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });
  const rulesAmong = (paths: readonly string[]): readonly string[] =>
    paths.filter((path) => /\/rules\/.*\.yml$/.test(path));

  it("and every claim about its workloads, baselines and thresholds holds", async function () {
    requireTool(this, "promtool", "runs the rules on synthetic series");
    const odd = {
      path: "odd.yaml",
      profile: profile({ workload: "On:12.30-_", grade: "C", figures }),
    };
    const paths = generated([exampleFile, odd], everything);
    succeeds("promtool", "check", "rules", "--lint=all", "--lint-fatal", ...rulesAmong(paths));
    const claims = paths.filter((path) =>
      /\/tests\/mlx-(policy|baselines|thresholds|exporter-down|swapped-out)/.test(path),
    );
    assert.equal(claims.length, 6);
    await claimsHold("promtool", ownClaims(claims, join(root, "own")));
  });

  it("and each host is judged by the profile of its class, else by that of the workload", function () {
    requireTool(this, "promtool", "runs the rules on synthetic series");
    const joinLabels = ["workload", "resource", "host_class"];
    const paths = generated(
      [
        { path: "chat.yaml", profile: profile(general) },
        { path: "chat-m2.yaml", profile: profile(ofClass) },
      ],
      { ...defaultPolicy, joinLabels },
    );
    const hosts = { a: "m2", b: "m3", c: "" };
    const series = (metric: string, value: number, more = "") =>
      Object.entries(hosts).map(([instance, host_class]) => ({
        series: `${metric}{job="j",instance="${instance}",workload="chat",host_class="${host_class}"${more}}`,
        values: `${value}x120`,
      }));
    const judged = (alertname: string, instances: readonly string[]) => ({
      expr: `count by (instance) (ALERTS{alertname="${alertname}",alertstate="firing"})`,
      eval_time: "25m5s",
      exp_samples: instances.map((instance) => ({ labels: `{instance="${instance}"}`, value: 1 })),
    });
    writeFileSync(
      join(root, "classes.yml"),
      JSON.stringify({
        rule_files: rulesAmong(paths),
        evaluation_interval: "15s",
        group_eval_order: [
          "mlx-thresholds",
          "mlx-baselines-chat",
          "mlx-baselines-chat-m2",
          "mlx-exhaustion",
          "mlx-starvation",
          "mlx-limits",
          "mlx-lifecycle",
          "mlx-review",
          "mlx-pipeline",
        ],
        tests: [
          {
            interval: "15s",
            input_series: [
              ...series("mlx_workload_memory_used_max_bytes", 6e9),
              ...series("mlx_workload_memory_limit_bytes", 7e9),
              ...series("mlx_workload_headroom_ratio", 0.2, ',resource="memory"'),
            ],
            promql_expr_test: [
              // 6 GB are above the 4 that were recorded of the workload, and below the 8 of its class.
              judged("MlxUsageAboveBaseline", ["b", "c"]),
              // 7 GB are below the peak of the class alone.
              judged("MlxLimitBelowBaseline", ["a"]),
              // Of grade C 30 % must be left, of grade A 15 %.
              judged("MlxHeadroomLow", ["b", "c"]),
              {
                expr: 'count by (severity) (ALERTS{alertname="MlxUsageAboveBaseline",alertstate="firing"})',
                eval_time: "25m5s",
                exp_samples: [{ labels: '{severity="info"}', value: 2 }],
              },
            ],
          },
        ],
      }),
    );
    succeeds("promtool", "test", "rules", join(root, "classes.yml"));
  });
});

describe("the dashboards' queries", () => {
  it("are accepted by Prometheus with every choice filled in", function () {
    requireTool(this, "promtool", "checks the types of expressions");
    const artifacts = generate([], { version: "0", layout: "pack" });
    const dashboards = artifacts
      .filter(({ path }) => path.startsWith("grafana/dashboards/"))
      .map(({ text }) => JSON.parse(text) as Queried);
    const rules = dashboards
      .flatMap(({ panels, annotations }) => [
        ...panels.flatMap(({ targets = [] }) => targets),
        ...annotations.list,
      ])
      .map(({ expr }, index) => ({
        record: `query_${index}`,
        expr: expr.replaceAll(/\$__(?:rate_interval|range)/g, "5m").replaceAll(/\$\w+/g, "(a|b)"),
      }));
    const root = mkdtempSync(join(tmpdir(), "mlx-headroom-queries-"));
    try {
      const path = join(root, "queries.yml");
      writeFileSync(path, JSON.stringify({ groups: [{ name: "queries", rules }] }));
      assert.ok(rules.length >= 150);
      succeeds("promtool", "check", "rules", path);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

interface Queried {
  readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}
