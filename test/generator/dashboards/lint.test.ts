import assert from "node:assert/strict";
import { classics, withPanel, type Classic, type ClassicVariable } from "./classic.ts";
import { rules, type Fault, type Rule, type RuleName } from "./lint.ts";

const dashboards = classics();
const fleet = the(dashboards[0]);

/** What a rule may find, and why it is right all the same. */
interface Exception {
  readonly rules: readonly RuleName[];
  readonly dashboards?: readonly string[];
  readonly reason: string;
  readonly allows: (metric: string, matchers: readonly string[]) => boolean;
}

const exceptions: readonly Exception[] = [
  {
    rules: ["target-job-rule", "target-instance-rule"],
    reason: "Constants are made from profiles, and belong to no host.",
    allows: (metric) => metric.startsWith("mlx:"),
  },
  {
    rules: ["target-job-rule", "target-instance-rule"],
    reason: "Some alerts are about no host, and must be seen whatever host is chosen.",
    allows: (metric, matchers) =>
      metric === "ALERTS" &&
      matchers.includes('job=~"$job|"') &&
      matchers.includes('instance=~"$instance|"'),
  },
  {
    rules: ["target-job-rule", "target-instance-rule"],
    dashboards: ["mlx-headroom-pipeline"],
    reason: "The watchdog is about no host, and always fires.",
    allows: (metric, matchers) =>
      metric === "ALERTS" && matchers.includes('alertname="MlxWatchdog"'),
  },
  {
    rules: ["target-job-rule", "target-instance-rule"],
    dashboards: ["mlx-headroom-pipeline"],
    reason:
      "Prometheus and Alertmanager are jobs of their own, and chosen by variables of their own.",
    allows: (metric, matchers) =>
      /^(?:prometheus|alertmanager|process)_/.test(metric) &&
      matchers.some((text) => /^instance=~"\$(?:prometheus|alertmanager)"$/.test(text)),
  },
];

function isExcepted(rule: string, { uid }: Classic, { selector }: Fault): boolean {
  return exceptions.some(
    (exception) =>
      exception.rules.some((name) => name === rule) &&
      (exception.dashboards?.includes(uid) ?? true) &&
      selector !== undefined &&
      exception.allows(selector.metric, selector.matchers),
  );
}

/** What must be there. */
function the(dashboard: Classic | undefined): Classic {
  assert.ok(dashboard);
  return dashboard;
}

const entries = Object.entries<Rule>(rules);

function withVariable(name: string, changes: Partial<ClassicVariable>): Classic {
  const list = fleet.templating.list.map((variable) =>
    variable.name === name ? { ...variable, ...changes } : variable,
  );
  return { ...fleet, templating: { list } };
}

const query = (expr: string): Classic => withPanel(fleet, {}, { expr });
const loki = { type: "loki", uid: "${datasource}" };

/** For each rule, dashboards that break it. */
const broken: Readonly<Record<RuleName, readonly Classic[]>> = {
  "template-datasource-rule": [
    withVariable("datasource", { name: "source" }),
    withVariable("datasource", { label: "Source" }),
  ],
  "template-job-rule": [
    withVariable("job", { multi: false }),
    withVariable("job", { allValue: ".*" }),
    withVariable("job", { type: "custom" }),
  ],
  "template-instance-rule": [
    withVariable("instance", { label: "instance" }),
    withVariable("instance", { datasource: { type: "prometheus", uid: "one" } }),
  ],
  "template-label-promql-rule": [
    withVariable("workload", { query: "label_values(up{, workload)" }),
    withVariable("workload", { query: "workloads()" }),
  ],
  "template-on-time-change-reload-rule": [withVariable("workload", { refresh: 1 })],
  "panel-datasource-rule": [withPanel(fleet, { datasource: { type: "prometheus", uid: "one" } })],
  "panel-title-description-rule": [
    withPanel(fleet, { title: "" }),
    withPanel(fleet, { description: "" }),
  ],
  "panel-units-rule": [
    withPanel(fleet, { fieldConfig: { defaults: { unit: "parsec" }, overrides: [] } }),
    withPanel(fleet, { fieldConfig: { defaults: {}, overrides: [] } }),
  ],
  "panel-no-targets-rule": [withPanel(fleet, { targets: [] })],
  "target-promql-rule": [query("sum(up"), query("")],
  "target-rate-interval-rule": [
    query('rate(mlx_workload_cpu_seconds_total{job=~"$job",instance=~"$instance"}[5m])'),
    query('irate(mlx_workload_cpu_seconds_total{job=~"$job",instance=~"$instance"}[$__range])'),
  ],
  "target-job-rule": [
    query('up{instance=~"$instance"}'),
    query('up{job="$job",instance=~"$instance"}'),
  ],
  "target-instance-rule": [
    query('up{job=~"$job"}'),
    query('up{job=~"$job",instance=~"$instance|"}'),
  ],
  "target-counter-agg-rule": [
    query('sum(mlx_workload_oom_kills_total{job=~"$job",instance=~"$instance"})'),
  ],
  "target-logql-rule": [withPanel(fleet, {}, { datasource: loki, expr: '{app="x"}' })],
  "target-logql-auto-rule": [
    withPanel(fleet, {}, { datasource: loki, expr: 'rate({app="x"}[5m])' }),
  ],
  "uneditable-dashboard": [{ ...fleet, editable: true }],
};

describe("the rules of Grafana's linter", () => {
  it("are 17", () => {
    assert.equal(entries.length, 17);
  });

  for (const [name, rule] of entries) {
    it(`${name} holds for every dashboard, and would be seen if it did not`, () => {
      for (const dashboard of dashboards) {
        const faults = rule(dashboard).filter((fault) => !isExcepted(name, dashboard, fault));
        assert.deepEqual(faults, [], dashboard.uid);
      }
      for (const dashboard of broken[name as RuleName])
        assert.ok(
          rule(dashboard).some((fault) => !isExcepted(name, dashboard, fault)),
          "a broken dashboard is found",
        );
    });
  }

  it("have no exception that nothing needs", () => {
    const faults = dashboards.flatMap((dashboard) =>
      entries.flatMap(([name, rule]) =>
        rule(dashboard).map((fault) => ({ name, dashboard, fault })),
      ),
    );
    for (const { reason, allows } of exceptions)
      assert.ok(
        faults.some(
          ({ fault: { selector } }) => selector && allows(selector.metric, selector.matchers),
        ),
        reason,
      );
  });
});
