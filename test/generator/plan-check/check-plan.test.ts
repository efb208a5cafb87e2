import assert from "node:assert/strict";
import { compile } from "../../../src/generator/3-compile/compile.ts";
import { checkPlan } from "../../../src/generator/plan-check/check-plan.ts";
import type { Finding } from "../../../src/generator/plan-check/check-plan.ts";
import { requireSound } from "../../../src/generator/plan-check/require-sound.ts";
import { layouts } from "../../../src/model/plan.ts";
import type { Dashboard, Panel } from "../../../src/model/dashboard.ts";
import type { AlertRule, Constant, Plan, RecordingRule } from "../../../src/model/plan.ts";
import { UserError } from "../../../src/model/user-error.ts";
import { profile } from "../profile-document.ts";

const plan = compile([profile()], { version: "0", layout: "tree" });
const [firstGroup] = plan.alerts;
const rule = firstGroup?.rules[0];
const baselines = plan.baselines[0];
const [dashboard] = plan.dashboards;
const panel = dashboard?.rows[0]?.panels[0];
const file = plan.tests[0];
const [history] = plan.history;
const recorded = history?.rules[0];
assert.ok(firstGroup && rule && baselines && dashboard && panel && file && history && recorded);

const said = (findings: readonly Finding[]) =>
  findings.map(({ part, rule: name, fault }) => `${part.kind}: ${name}: ${fault}`);

const withRules = (...rules: readonly AlertRule[]): Plan => ({
  ...plan,
  alerts: [{ ...firstGroup, rules }],
});
const withRule = (changes: Partial<AlertRule>) => withRules({ ...rule, ...changes });
const withFragment = (text: string) =>
  withRule({ annotations: { summary: "{{x}}" }, fragments: { x: text } });
const withConstants = (...constants: readonly Constant[]): Plan => ({
  ...plan,
  baselines: [{ ...baselines, constants }],
});
const constant: Constant = {
  record: "mlx:baseline_peak",
  labels: { workload: "chat", resource: "memory" },
  value: 1,
  why: "",
};
const policyConstant: Constant = {
  record: "mlx:workload_policy",
  labels: { workload: "chat", owner: "ml" },
  value: 1,
  why: "",
};
const withHistory = (changes: Partial<RecordingRule>): Plan => ({
  ...plan,
  history: [{ ...history, rules: [{ ...recorded, ...changes }] }],
});
const withPanel = (target: Partial<Panel["targets"][number]>): Plan => ({
  ...plan,
  dashboards: [
    {
      ...dashboard,
      rows: [
        {
          title: "",
          panels: [
            {
              ...panel,
              title: "P",
              targets: [{ expr: "up", legend: "", style: "line", ...target }],
            },
          ],
        },
      ],
    },
  ],
});
const withDashboard = (changes: Partial<Dashboard>): Plan => ({
  ...plan,
  dashboards: [{ ...dashboard, rows: [], ...changes }],
});

const planted: readonly (readonly [claim: string, plan: Plan, says: string])[] = [
  [
    "an expression that reads what is not there",
    withRule({ expr: "mlx_nothing > 0" }),
    "alerts: MlxHeadroomLow (warning): nothing publishes or records mlx_nothing",
  ],
  [
    "two rules of one name and the same labels, in whatever order these are",
    withRules(
      { ...rule, labels: { severity: "warning", a: "b" } },
      { ...rule, labels: { a: "b", severity: "warning" } },
    ),
    "alerts: MlxHeadroomLow: another rule has the same name and labels",
  ],
  [
    "two constants of one name and the same labels",
    withConstants(constant, { ...constant, value: 2 }),
    "baselines: mlx:baseline_peak: another rule has the same name and labels",
  ],
  [
    "a workload's constant that is a default",
    withConstants({ ...(plan.thresholds.constants[0] ?? constant) }),
    "baselines: mlx:threshold_headroom_ratio: another rule has the same name and labels",
  ],
  [
    "a constant that the catalogue does not have",
    withConstants({ ...constant, record: "mlx:baseline_peek" }),
    "baselines: mlx:baseline_peek: the catalogue has no such constant",
  ],
  [
    "a constant with another label",
    withConstants({ ...constant, labels: { workload: "chat", gpu: "0" } }),
    "baselines: mlx:baseline_peak: its labels are workload, gpu instead of workload, resource",
  ],
  [
    "a constant that is no number",
    withConstants({ ...constant, value: NaN }),
    "baselines: mlx:baseline_peak: its value is NaN",
  ],
  [
    "a policy's constant that names no workload",
    { ...plan, policy: { name: "p", constants: [{ ...policyConstant, labels: { owner: "ml" } }] } },
    "policy: mlx:workload_policy: its labels are owner instead of workload",
  ],
  [
    "history under a name that nobody knows",
    withHistory({ record: "workload:mlx_x:max_1h" }),
    "history: workload:mlx_x:max_1h: the catalogue has no such series",
  ],
  [
    "history of what is not there",
    withHistory({ expr: "max_over_time(mlx_nothing[1h])" }),
    "history: workload:mlx_memory_used_bytes:max_5m: nothing publishes or records mlx_nothing",
  ],
  [
    "$value in a label",
    withRule({ labels: { severity: "warning", left: "{{ $value }}" } }),
    "alerts: MlxHeadroomLow (warning): the label left holds $value: with each new value a new alert begins",
  ],
  [
    "a gap that nothing fills",
    withRule({ annotations: { summary: "{{x}}" }, fragments: {} }),
    "alerts: MlxHeadroomLow (warning): nothing fills the gap {{x}}",
  ],
  [
    "a text without a gap",
    withRule({ annotations: { summary: "x" }, fragments: { x: "" } }),
    "alerts: MlxHeadroomLow (warning): no sentence has the gap {{x}}",
  ],
  [
    "a label that the alert does not have",
    withFragment("{{ $labels.gpu }}"),
    "alerts: MlxHeadroomLow (warning): in x: $labels.gpu, a label that the alert does not have",
  ],
  [
    "a query of what is not there",
    withFragment("{{ with printf `mlx_nothing{job=%q}` $labels.job | query }}{{ end }}"),
    "alerts: MlxHeadroomLow (warning): in x: nothing publishes or records mlx_nothing",
  ],
  [
    "a query with more gaps than labels",
    withFragment("{{ with printf `up{job=%q,instance=%q}` $labels.job | query }}{{ end }}"),
    "alerts: MlxHeadroomLow (warning): in x: a query has 2 gaps and is given 1 labels",
  ],
  [
    "a label that a query's answer does not have",
    withFragment('{{ with printf `up` | query }}{{ . | first | label "gpu" }}{{ end }}'),
    "alerts: MlxHeadroomLow (warning): in x: a query's answer has no label gpu",
  ],
  [
    "the same of an answer that is gone through",
    withFragment("{{ with printf `up` | query }}{{ range . }}{{ .Labels.gpu }}{{ end }}{{ end }}"),
    "alerts: MlxHeadroomLow (warning): in x: a query's answer has no label gpu",
  ],
  [
    "a wait that is no whole number of evaluations",
    withRule({ forSeconds: 100 }),
    "alerts: MlxHeadroomLow (warning): it waits 100 s and is evaluated every 15 s: it fires later than it says",
  ],
  [
    "a panel of what can be switched off",
    withPanel({ expr: "rate(mlx_process_cpu_seconds_total[$__rate_interval])" }),
    "dashboard: P: mlx_process_cpu_seconds_total has a pid, and such families can be switched off",
  ],
  [
    "a legend with a label that is not there",
    withPanel({ legend: "{{job}} {{gpu}}" }),
    "dashboard: P: its legend names gpu, a label it does not have",
  ],
  [
    "a mark in time with a label that is not there",
    withDashboard({
      annotations: [{ name: "N", expr: "up", title: "{{gpu}}", text: "", colour: "red" }],
    }),
    "dashboard: N: its text names gpu, a label it does not have",
  ],
  [
    "choices of what is not there",
    withDashboard({
      variables: [{ name: "gpu", label: "GPU", query: "label_values(up, gpu)", isMulti: true }],
    }),
    "dashboard: $gpu: it offers gpu, a label it does not have",
  ],
  [
    "a claim about what is not there",
    {
      ...plan,
      tests: [
        {
          ...file,
          tests: [
            {
              claim: "C",
              input: [],
              alerts: [],
              samples: [{ expr: "mlx:nothing", atSeconds: 1, samples: [] }],
            },
          ],
        },
      ],
    },
    "test: C: nothing publishes or records mlx:nothing",
  ],
];

describe("the check of a plan", () => {
  it("finds nothing in the whole catalogue, with a profile and without, in every layout", () => {
    for (const layout of layouts) {
      for (const profiles of [[], [profile(), profile({ workload: "weak:1", grade: "C" })]]) {
        const whole = compile(profiles, { version: "0", layout });
        assert.deepEqual(said(checkPlan(whole)), []);
      }
    }
  });

  for (const [claim, changed, says] of planted) {
    it(`finds ${claim}`, () => {
      assert.deepEqual(said(checkPlan(changed)), [says]);
    });
  }

  it("may name the labels of the rule itself, and the alert's name", () => {
    const text = "{{ $labels.severity }} {{ $labels.alertname }} {{ $labels.workload }}";
    assert.deepEqual(said(checkPlan(withFragment(text))), []);
  });

  it("only warns of a wait, and takes the interval of the rule's own group", () => {
    const waiting = { ...rule, forSeconds: 120 };
    const group = { ...firstGroup, intervalSeconds: 90, rules: [waiting] };
    const findings = checkPlan({ ...plan, alerts: [group] });
    assert.deepEqual(
      findings.map(({ severity }) => severity),
      ["warning"],
    );
  });
});

describe("a plan that is not sound", () => {
  const finding = (fault: string, severity: Finding["severity"] = "fault"): Finding => ({
    part: { kind: "test", name: "t" },
    rule: "R",
    fault,
    severity,
  });
  const pathOf = (part: Finding["part"]) => `${part.kind}.yml`;

  it("gives its warnings, with file and rule, and asks about nothing else", () => {
    const notAsked = () => assert.fail("asked");
    assert.deepEqual(requireSound([finding("w", "warning")], notAsked, pathOf), [
      "test.yml: R: w.",
    ]);
  });

  it("is a bug where it is so by itself, and only that is told", () => {
    const findings = [finding("a"), finding("b")];
    assert.throws(
      () => requireSound(findings, () => [finding("b")], pathOf),
      new Error("mlx-headroom's own rules are wrong:\ntest.yml: R: b"),
    );
  });

  it("is told with every file and rule where it came with what was given", () => {
    const findings = [finding("a"), finding("w", "warning"), finding("b")];
    assert.throws(
      () => requireSound(findings, () => [], pathOf),
      new UserError("unsound-rules", { faults: "test.yml: R: a; test.yml: R: b" }),
    );
  });

  it("lets a policy decide what it likes of a workload, and use labels that it knows on every series", () => {
    const decided = { ...plan, policy: { name: "p", constants: [policyConstant] } };
    assert.deepEqual(said(checkPlan(decided)), []);
    const other = withRule({
      expr: 'max by (cluster, workload) (mlx_workload_processes{cluster="a"})',
      fragments: {},
      annotations: {},
    });
    assert.deepEqual(said(checkPlan(other)), [
      "alerts: MlxHeadroomLow (warning): mlx_workload_processes has no label cluster",
      "alerts: MlxHeadroomLow (warning): max by (cluster), a label that the series do not have",
    ]);
    assert.deepEqual(said(checkPlan({ ...other, beside: ["cluster"] })), []);
  });
});
