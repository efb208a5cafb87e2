import assert from "node:assert/strict";
import { loadConfig } from "../../../src/config/load.ts";
import { policySchema } from "../../../src/config/policy-schema.ts";
import { advise, compile } from "../../../src/generator/3-compile/compile.ts";
import { promql } from "../../../src/generator/3-compile/promql.ts";
import { generate } from "../../../src/generator/generator.ts";
import type { AlertRule, Plan } from "../../../src/model/plan.ts";
import type { Policy } from "../../../src/model/policy.ts";
import type { Profile } from "../../../src/model/profile.ts";
import { memoryHost } from "../../support/memory-host.ts";
import { profile } from "../profile-document.ts";

const indented = (text: string): string => text.trim().replaceAll(/^/gm, "  ");

function policy(text: string): Policy {
  const { files } = memoryHost({ "/c.yaml": `policy:\n${indented(text)}\n` });
  const found = loadConfig(files, "/c.yaml").policy;
  assert.ok(found);
  return found;
}

const chat = profile();
const draft = profile({ workload: "draft" });
const config = { path: "/c.yaml", workloads: ["train"] };

function made(text: string, profiles: readonly Profile[] = [chat, draft]): Plan {
  return compile(profiles, {
    version: "0",
    layout: "tree",
    limits: true,
    policy: policy(text),
    config,
  });
}

const without = made("rollout: soft");

function rules({ alerts }: Plan): readonly AlertRule[] {
  return alerts.flatMap((group) => group.rules);
}

function rulesOf(plan: Plan, alert: string): readonly AlertRule[] {
  return rules(plan).filter((rule) => rule.alert === alert);
}

function ruleOf(plan: Plan, alert: string): AlertRule {
  const [rule] = rulesOf(plan, alert);
  assert.ok(rule, alert);
  return rule;
}

/** Alerts whose rules are not what they are without a policy. */
function changed(plan: Plan): readonly string[] {
  const names = [...new Set([...rules(plan), ...rules(without)].map(({ alert }) => alert))];
  return names.filter(
    (name) => JSON.stringify(rulesOf(plan, name)) !== JSON.stringify(rulesOf(without, name)),
  );
}

function withoutRules(plan: Plan): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(plan).filter(([key]) => !["tests", "alerts", "runbooks"].includes(key)),
  );
}

/** What else of the plan is not as it was: tests and runbooks aside, which follow the rules. */
function others(plan: Plan): readonly string[] {
  const rest = withoutRules(plan);
  const before = withoutRules(without);
  return [...new Set([...Object.keys(rest), ...Object.keys(before)])].filter(
    (key) => JSON.stringify(rest[key]) !== JSON.stringify(before[key]),
  );
}

const everyAlert = [...new Set(rules(without).map(({ alert }) => alert))];
const limits = ["MlxLimitMissing", "MlxLimitBelowBaseline"];

/** What each key changes of the rules, by alert, and of the rest, by part of the plan. */
const keys: readonly {
  readonly key: string;
  readonly policy: string;
  readonly alerts: readonly string[];
  readonly others: readonly string[];
  readonly shows: (plan: Plan) => boolean;
}[] = [
  {
    key: "rollout",
    policy: "rollout: observe",
    alerts: limits,
    others: ["limits", "routing"],
    shows: (plan) => ruleOf(plan, "MlxLimitBelowBaseline").labels.severity === "info",
  },
  {
    key: "owner",
    policy: "owner: ml",
    alerts: everyAlert,
    others: ["baselines", "limits"],
    shows: (plan) => rules(plan).every(({ labels }) => labels["owner"] === "ml"),
  },
  {
    key: "reviewEvery",
    policy: "reviewEvery: 30d",
    alerts: ["MlxBaselineStale"],
    others: ["baselines", "dashboards"],
    shows: (plan) => ruleOf(plan, "MlxBaselineStale").expr.includes("> 2592000"),
  },
  {
    key: "labels",
    policy: "labels: { team: ml }",
    alerts: everyAlert,
    others: [],
    shows: (plan) => rules(plan).every(({ labels }) => labels["team"] === "ml"),
  },
  {
    key: "runbookBase",
    policy: "runbookBase: https://wiki.test/r",
    alerts: everyAlert,
    others: ["dashboards"],
    shows: (plan) =>
      ruleOf(plan, "MlxWatchdog").annotations["runbook_url"] ===
        "https://wiki.test/r#mlxwatchdog" &&
      ruleOf(made("runbookBase: 'https://wiki.test/{{alert}}.md'"), "MlxWatchdog").annotations[
        "runbook_url"
      ] === "https://wiki.test/MlxWatchdog.md",
  },
  {
    key: "dashboardBase",
    policy: "dashboardBase: https://g.test/",
    alerts: everyAlert,
    others: [],
    shows: (plan) =>
      ruleOf(plan, "MlxOomKilled").annotations["dashboard_url"] ===
        "https://g.test/d/mlx-headroom-workload?var-workload={{workload}}&var-instance={{instance}}" &&
      ruleOf(plan, "MlxWatchdog").annotations["dashboard_url"] === "https://g.test/d/mlx-headroom",
  },
  {
    key: "interval",
    policy: "interval: 1m",
    alerts: [],
    others: ["provisioning", "routing", "scraping"],
    shows: (plan) => plan.scraping.intervalSeconds === 60,
  },
  {
    key: "notify",
    policy: "notify: { receivers: { page: { webhook: { url: https://page.test/a } } } }",
    alerts: [],
    others: ["routing"],
    shows: ({ routing }) =>
      routing.receivers.find(({ name }) => name === "mlx-page")?.integrations.webhook?.url ===
      "https://page.test/a",
  },
  {
    key: "retention",
    policy: "retention: 1d",
    alerts: ["MlxBaselineDrift", "MlxWorkloadWithoutBaseline"],
    others: [],
    shows: (plan) =>
      ruleOf(plan, "MlxBaselineDrift").expr.includes("[1d:30m]) > 38") &&
      ruleOf(plan, "MlxWorkloadWithoutBaseline").expr.includes("offset 19h") &&
      ruleOf(plan, "MlxWorkloadWithoutBaseline").annotations["description"]?.includes(
        "ran 19 hours ago",
      ) === true,
  },
  {
    key: "hold",
    policy: "hold: { slow: 3, patient: 30m }",
    alerts: everyAlert.filter((name) =>
      rulesOf(without, name).some(
        ({ fragments, forSeconds }) => "workload" in fragments && forSeconds !== undefined,
      ),
    ),
    others: [],
    shows: (plan) =>
      rulesOf(plan, "MlxWorkloadDown")
        .map(({ labels, forSeconds }) => `${labels["hold"] ?? ""} ${forSeconds ?? 0}`)
        .join() === " 120,slow 360,patient 1800",
  },
  {
    key: "thresholds",
    policy: "thresholds: { memory: { warning: 0.2, usage: 1.5 }, cpu: { critical: 0.01 } }",
    alerts: [],
    others: ["baselines", "limits", "thresholds"],
    shows: (plan) =>
      plan.thresholds.constants.map(({ value }) => value).join() ===
      "0.2,0.05,0.05,0.02,0.2,0.05,0.1,0.05,0.01",
  },
  {
    key: "alerts",
    policy: "alerts: { MlxIdleCpuHigh: { enabled: false }, MlxSwappedOut: { severity: info } }",
    alerts: ["MlxSwappedOut", "MlxIdleCpuHigh"],
    others: ["routing"],
    shows: (plan) =>
      rulesOf(plan, "MlxIdleCpuHigh").length === 0 &&
      ruleOf(plan, "MlxSwappedOut").labels.severity === "info",
  },
  {
    key: "workloads",
    policy: "workloads: { chat: { owner: ada, alerts: { MlxIdleCpuHigh: { enabled: false } } } }",
    alerts: everyAlert.filter((name) =>
      rulesOf(without, name).some(({ fragments }) => "workload" in fragments),
    ),
    others: ["baselines", "limits", "policy"],
    shows: (plan) =>
      JSON.stringify(plan.policy?.constants.map(({ labels }) => labels)) ===
        '[{"workload":"chat","owner":"ada","off":",MlxIdleCpuHigh/warning,"}]' &&
      ruleOf(plan, "MlxIdleCpuHigh").expr.endsWith(
        'unless on (workload)\nmlx:workload_policy{off=~".*,MlxIdleCpuHigh/warning,.*"}',
      ),
  },
  {
    key: "joinLabels",
    policy: "joinLabels: [resource, workload, host_class]",
    // Every alert that joins with constants, or sums by host.
    alerts: everyAlert.filter((name) =>
      rulesOf(without, name).some(({ expr, fragments }) =>
        /mlx:[a-z]|(on|by) \([^)]*(job|instance)|instance=%q/.test(
          [expr, ...Object.values(fragments)].join(" "),
        ),
      ),
    ),
    others: ["beside", "dashboards", "history", "routing"],
    shows: (plan) =>
      ruleOf(plan, "MlxHeadroomLow").expr.includes("on (workload, resource, host_class)"),
  },
  {
    key: "selector",
    policy: "selector: { env: prod, job: mlx }",
    alerts: everyAlert.filter((name) =>
      rulesOf(without, name).some(({ expr }) => /\b(mlx_|up\b)/.test(expr)),
    ),
    others: ["beside", "dashboards", "history", "routing", "scraping"],
    shows: (plan) => ruleOf(plan, "MlxExporterDown").expr.includes('up{env="prod",job="mlx"}'),
  },
  {
    key: "targetVersion",
    policy: 'targetVersion: "3.0"',
    alerts: [],
    others: [],
    shows: (plan) => plan.alerts.every(({ labels }) => labels === undefined),
  },
];

describe("policy", () => {
  it("has a claim for each of its keys", () => {
    assert.deepEqual(keys.map(({ key }) => key).sort(), Object.keys(policySchema.shape).sort());
  });

  for (const { key, policy: text, alerts, others: parts, shows } of keys) {
    it(`${key} changes what it says, and nothing else`, () => {
      const plan = made(text);
      assert.deepEqual(changed(plan), alerts);
      assert.deepEqual([...others(plan)].sort(), parts);
      assert.ok(shows(plan), JSON.stringify(rules(plan), undefined, 1).slice(0, 2000));
    });
  }

  it("that decides nothing leaves every rule as it is built in", () => {
    const built = compile([chat, draft], { version: "0", layout: "tree", limits: true });
    assert.deepEqual({ ...without, configured: false }, built);
  });

  it("gives the same files whatever the order of profiles is, and twice the same", () => {
    const options = { version: "0", layout: "tree", config, policy: policy(everything) } as const;
    const files = [chat, draft].map((each) => ({ path: each.workload, profile: each }));
    const once = generate(files, options);
    assert.deepEqual(generate(files.toReversed(), options), once);
    assert.deepEqual(generate(files, options), once);
  });

  it("makes as many rules for three workloads as for one", () => {
    const one = made("workloads: { chat: { alerts: { MlxWorkloadDown: { severity: info } } } }");
    const three = made(
      "workloads: { chat: &a { alerts: { MlxWorkloadDown: { severity: info } } }, draft: *a, train: *a }",
    );
    assert.deepEqual(rules(three), rules(one));
    assert.equal(three.policy?.constants.length, 3);
  });

  it("emits PromQL only", () => {
    for (const { expr } of rules(made(everything))) assert.equal(promql(expr), expr);
  });

  it("drops a critical rule that would say the same as the warning", () => {
    const plan = made("alerts: { MlxHeadroomLow: { severity: { critical: warning } } }");
    assert.deepEqual(
      rulesOf(plan, "MlxHeadroomLow").map(({ labels }) => labels.severity),
      ["warning"],
    );
  });

  it("lets one workload have an alert that is off for the others", () => {
    const plan = made(
      "alerts: { MlxIdleCpuHigh: { enabled: false } }\nworkloads: { chat: { alerts: { MlxIdleCpuHigh: { enabled: true } } } }",
    );
    assert.match(
      ruleOf(plan, "MlxIdleCpuHigh").expr,
      /and on \(workload\)\n\(mlx:workload_policy\{warning=~".*,MlxIdleCpuHigh\/warning,.*"\}\)$/,
    );
  });

  it("waits no time and keeps nothing where it says 0s", () => {
    const plan = made("alerts: { MlxHeadroomLow: { for: { critical: 0s }, keepFiringFor: 0s } }");
    const [warning, critical] = rulesOf(plan, "MlxHeadroomLow");
    assert.deepEqual([warning?.forSeconds, critical?.forSeconds], [120, undefined]);
    assert.equal(critical?.keepFiringForSeconds, undefined);
    const logic = plan.tests.find(({ name }) => name === "mlx-headroom-low");
    assert.deepEqual(logic?.tests, []);
    assert.match(logic.about, /^The policy gives MlxHeadroomLow times, thresholds/);
  });

  it("looks back as far as it says, and says so", () => {
    const { expr, annotations } = ruleOf(
      made("alerts: { MlxOomKilled: { window: 30m } }"),
      "MlxOomKilled",
    );
    assert.match(expr, /\[30m\][^]*offset 30m[^]*offset 30m/);
    assert.match(annotations["description"] ?? "", /^Kills in the last 30 minutes:/);
  });

  it("writes labels once for a group where Prometheus takes them there", () => {
    const text = 'owner: ml\nlabels: { team: a }\ntargetVersion: "3.1"';
    const group = made(text).alerts[0];
    assert.deepEqual(group?.labels, { owner: "ml", team: "a" });
    const alerts = generate([], { version: "0", layout: "tree", policy: policy(text) }).find(
      ({ path }) => path.endsWith("mlx-alerts.yml"),
    );
    assert.equal(alerts?.text.match(/team: a/g)?.length, made(text).alerts.length);
  });

  it("uses a margin of its own for usage, and its own threshold however weak the profile is", () => {
    const weak = profile({ grade: "C" });
    const text = "workloads: { chat: { thresholds: { memory: { warning: 0.1, usage: 2 } } } }";
    const constants = made(text, [weak]).baselines[0]?.constants ?? [];
    const of = (record: string): unknown =>
      constants.find((each) => each.record === record && each.labels["resource"] === "memory")
        ?.value;
    assert.equal(of("mlx:threshold_usage"), 18_000_000_000);
    assert.equal(of("mlx:threshold_headroom_ratio"), 0.1);
  });

  it("takes grade C for information where figures alone judge, doubles its margin, and says so", () => {
    const rule = ruleOf(made("rollout: soft", [profile({ grade: "C" })]), "MlxLimitBelowBaseline");
    assert.match(rule.lookedUp?.["severity"] ?? "", /"grade"\) "C" }}info{{ else }}warning/);
    assert.match(rule.annotations["description"] ?? "", /{{grade}}$/);
    assert.match(rule.fragments["grade"] ?? "", /of grade C, made of few or short recordings/);
    const asked = made("alerts: { MlxLimitBelowBaseline: { severity: warning } }", [
      profile({ grade: "C" }),
    ]);
    assert.equal(ruleOf(asked, "MlxLimitBelowBaseline").lookedUp, undefined);
  });

  it("records what is usual for a class of hosts, lest it be judged by a weaker profile", () => {
    const classes = [
      profile({ grade: "C" }),
      profile({ grade: "A", labels: { host_class: "m2" } }),
    ];
    const [general, m2] = made("joinLabels: [workload, resource, host_class]", classes).baselines;
    assert.deepEqual([general?.slug, m2?.slug], ["chat", "chat-m2"]);
    const warning = (group: typeof m2): unknown =>
      group?.constants.find(({ labels }) => labels["severity"] === "warning")?.value;
    assert.deepEqual([warning(general), warning(m2)], [0.3, 0.15]);
    assert.ok(m2?.constants.every(({ labels }) => labels["host_class"] === "m2"));
  });

  const refusals: readonly (readonly [
    claim: string,
    text: string,
    profiles: readonly Profile[],
    says: RegExp,
  ])[] = [
    [
      "an unknown workload",
      "workloads: { chta: {} }",
      [chat],
      /^The policy of \/c\.yaml names the workload 'chta'.*Did you mean 'chat'\?/,
    ],
    [
      "a workload like no other",
      "workloads: { something: {} }",
      [chat],
      /not among its workloads\. Mend/,
    ],
    [
      "a word of one workload about a host",
      "workloads: { chat: { alerts: { MlxHostRebooted: { enabled: false } } } }",
      [chat],
      /decides MlxHostRebooted for the workload 'chat', but that alert is about a host/,
    ],
    [
      "a word of one workload about Prometheus",
      "workloads: { chat: { alerts: { MlxWatchdog: { enabled: false } } } }",
      [chat],
      /about the monitoring itself/,
    ],
    [
      "a gap that nothing fills",
      'alerts: { MlxOomKilled: { annotations: { summary: "{{worklod}}" } } }',
      [chat],
      /no gap \{\{worklod\}\}, did you mean \{\{workload\}\}\?\. Its gaps are workload, instance/,
    ],
    [
      "a gap like no other",
      'alerts: { MlxOomKilled: { annotations: { summary: "{{ $value }}" } } }',
      [chat],
      /no gap \{\{ \$value \}\}\./,
    ],
    [
      "half a gap",
      'alerts: { MlxOomKilled: { annotations: { summary: "{{workload" } } }',
      [chat],
      /a brace is left over/,
    ],
    [
      "a profile of a class that nothing joins by",
      "rollout: soft",
      [profile({ labels: { host_class: "m2" } })],
      /has the labels host_class, and the policy joins by workload and resource alone/,
    ],
    [
      "a profile of half a class",
      "joinLabels: [workload, resource, rack, site]",
      [profile({ labels: { rack: "a" } })],
      /has the labels rack, and the policy joins by rack, site/,
    ],
    [
      "more than ten constants",
      "workloads: { chat: { owner: a, thresholds: { memory: &t { warning: 0.1, critical: 0.01 }, cpu: *t, threads: *t } } }",
      [chat],
      /'chat' would take 12 constants, and 10 are the most/,
    ],
    [
      "more than ten constants without a profile",
      "workloads: { train: { owner: a, thresholds: { memory: &t { warning: 0.1, critical: 0.01 }, cpu: *t, threads: *t, swap: *t, open_fds: *t } } }",
      [],
      /'train' would take 11 constants/,
    ],
  ];
  for (const [claim, text, profiles, says] of refusals) {
    it(`refuses ${claim}`, () => {
      assert.throws(() => made(text, profiles), { name: "UserError", message: says });
    });
  }

  it("notes which alerts look back less, or are left out", () => {
    const notes = (text: string): readonly string[] =>
      advise([], { version: "0", layout: "tree", policy: policy(text) }).notes;
    assert.deepEqual(notes("retention: 1d"), [
      "MlxBaselineDrift looks back 1d instead of 3d: samples are not kept.",
      "MlxWorkloadWithoutBaseline looks back 19h instead of 1d: samples are not kept.",
    ]);
    assert.deepEqual(notes("retention: 2h"), [
      "MlxBaselineDrift is left out: it looks back further than samples are kept.",
      "MlxWorkloadWithoutBaseline looks back 90m instead of 1d: samples are not kept.",
    ]);
    assert.deepEqual(notes("retention: 30d"), []);
    assert.deepEqual(notes("rollout: soft"), []);
  });

  it("tells which limit is needed where the one in force leaves the recorded peak too little", () => {
    const needed = (text: string, ...profiles: readonly Profile[]): unknown =>
      advise(profiles, { version: "0", layout: "tree", policy: policy(text) }).limitsNeeded.map(
        ({ known, needed: least }) => [known, least],
      );
    // The peak is 9 GB, and 15 % must be left above it.
    const limited = (bytes: number): string =>
      `workloads: { chat: { limits: { memory: ${bytes} } } }`;
    assert.deepEqual(needed(limited(10_000_000_000), chat), [["policy", 10_588_235_295]]);
    assert.deepEqual(needed(limited(10_588_235_295), chat), []);
    const censored = { runs: 1, resources: { memory: { max: 8e9, censored: { limit: 8e9 } } } };
    const cut = profile({
      figures: { per: "process", scenarios: { peak: { n: 9, ...censored } } },
    });
    assert.deepEqual(needed("rollout: soft", cut), [["recording", 9_411_764_706]]);
    assert.deepEqual(needed(limited(12_000_000_000), cut), [], "the policy knows better");
  });
});

/** A policy that uses every key. */
const everything = `
rollout: observe
owner: ml
reviewEvery: 60d
labels: { team: ml }
runbookBase: https://wiki.test/r
dashboardBase: https://g.test
interval: 30s
retention: 1d
hold: { slow: 3, patient: 30m }
thresholds: { memory: { warning: 0.2, usage: 1.3 }, cpu: { warning: 0.1 } }
alerts:
  MlxStarvesHostMemory: { severity: { critical: warning }, for: 3m }
  MlxCpuThrottled: { enabled: false, labels: { a: b } }
  MlxSwappedOut: { severity: info, annotations: { summary: "{{workload}} was swapped out" } }
  MlxRankMissing: { window: 2h, keepFiringFor: 5m }
workloads:
  chat: { owner: ada, reviewEvery: 30d, hold: slow, limits: { memory: 24GiB }, alerts: { MlxIdleCpuHigh: { enabled: false }, MlxCpuThrottled: { enabled: true } } }
  train: { hold: patient, rollout: hard, thresholds: { memory: { warning: 0.3 } }, alerts: { MlxHeadroomLow: { severity: { critical: warning } } } }
joinLabels: [workload, resource, host_class]
selector: { env: prod, job: mlx }
targetVersion: "2.50"
`;
