import assert from "node:assert/strict";
import { compileInhibitions } from "../../../src/generator/3-compile/inhibitions.ts";
import { inhibitors } from "../../../src/generator/generator.ts";
import type { Inhibition, Matcher } from "../../../src/model/routing.ts";
import { compiledAlerts, nameOf, oneOfEach, plan } from "../../support/compiled-alerts.ts";
import { assertGolden } from "../../support/golden.ts";

type Labels = Readonly<Record<string, string>>;

const { inhibitions, groupIntervalSeconds } = plan.routing;

function inhibits(source: Labels, target: Labels): boolean {
  return inhibitors(inhibitions, [source, target])[1]?.includes(0) === true;
}

/** Every ordered pair of alerts, of which the first keeps the second from being notified. */
const pairs = oneOfEach.flatMap((source) =>
  oneOfEach
    .filter((target) => target !== source && inhibits(source, target))
    .map((target) => ({ source, target })),
);

function ruleOf(labels: Labels) {
  const rule = compiledAlerts
    .flatMap(({ rules }) => rules)
    .find(({ alert, labels: own }) => nameOf({ ...own, alertname: alert }) === nameOf(labels));
  assert.ok(rule !== undefined);
  return rule;
}

/** The alerts one side of an inhibition matches by name. */
function alertsOf(matchers: readonly Matcher[]) {
  const names = matchers.find(({ label }) => label === "alertname")?.value.split("|") ?? [];
  return names.map((name) => {
    const found = compiledAlerts.find(({ alert }) => alert.name === name)?.alert;
    assert.ok(found !== undefined, `there is no alert ${name}`);
    return found;
  });
}

/** Whether a side cannot match an alert without this label. */
function demands(matchers: readonly Matcher[], label: string): boolean {
  return matchers.some(
    (matcher) => matcher.label === label && (matcher.operator === "!=") === (matcher.value === ""),
  );
}

describe("inhibitions", () => {
  it("are these, of all ordered pairs of alerts about one thing", () => {
    const lines = pairs.map(({ source, target }) => `${nameOf(source)} > ${nameOf(target)}`);
    assertGolden("inhibitions.txt", `${lines.join("\n")}\n`);
  });

  it("name in `equal` only labels that both sides always carry", () => {
    for (const { source, target, equal } of inhibitions) {
      for (const side of [source, target]) {
        for (const label of equal) {
          const carried = alertsOf(side).every(({ carries }) => carries.includes(label));
          assert.ok(carried || demands(side, label), `${JSON.stringify(side)} lacks ${label}`);
        }
      }
      assert.ok(equal.includes("job") && equal.includes("instance"));
    }
  });

  it("end at what is equal: an alert of another host, workload or resource is left alone", () => {
    const strange = (inhibition: Inhibition, label: string) => {
      for (const { source, target } of pairs) {
        if (inhibitors([inhibition], [source, target])[1]?.length !== 1) continue;
        const other = { ...target, [label]: "another" };
        assert.ok(!inhibits(source, other), `${nameOf(source)} > ${nameOf(target)}, ${label}`);
      }
    };
    for (const inhibition of inhibitions) {
      for (const label of inhibition.equal) strange(inhibition, label);
    }
  });

  it("let no alert inhibit itself, nor two each other", () => {
    for (const labels of oneOfEach) {
      assert.deepEqual(inhibitors(inhibitions, [labels]), [[]], nameOf(labels));
    }
    for (const { source, target } of pairs) {
      assert.ok(!inhibits(target, source), `${nameOf(source)} and ${nameOf(target)}`);
    }
  });

  it("leave the dead man's switch, pages and failing rules alone", () => {
    for (const { target } of pairs) {
      assert.notEqual(target["severity"], "critical", nameOf(target));
      assert.notEqual(target["alertname"], "MlxWatchdog");
    }
  });

  it("say nothing of a host where no exporter at all is scraped", () => {
    const everywhere = { alertname: "MlxExporterDown", severity: "critical", job: "the-job" };
    for (const target of oneOfEach) assert.ok(!inhibits(everywhere, target), nameOf(target));
  });

  it("hold an alert that somebody heard of no longer than it holds itself", () => {
    const told = pairs.filter(({ target }) => target["severity"] === "warning");
    const chains = told.filter(({ source, target }) => source["alertname"] === target["alertname"]);
    assert.ok(chains.length >= 3);
    for (const { source, target } of chains) {
      const [upper, lower] = [ruleOf(source), ruleOf(target)];
      const held = lower.keepFiringForSeconds ?? 0;
      assert.ok(held >= (upper.keepFiringForSeconds ?? 0), nameOf(target));
      // The end of the last one is told before the next one can be urgent.
      assert.ok(groupIntervalSeconds <= (upper.forSeconds ?? 0), nameOf(source));
    }
  });

  it("begin with MlxExporterDown after the end of what it inhibits was told", () => {
    const source = oneOfEach.find(({ alertname }) => alertname === "MlxExporterDown") ?? {};
    const told = pairs.filter(
      (pair) => pair.source === source && pair.target["severity"] !== "info",
    );
    assert.ok(told.length >= 5);
    const evaluated = plan.scraping.intervalSeconds;
    for (const { target } of told) {
      const rule = ruleOf(target);
      assert.equal(rule.keepFiringForSeconds, undefined, nameOf(target));
      // What it compares is the newest sample, so that the alert ends when that is gone.
      assert.doesNotMatch(rule.expr, /^\(?(?:increase|rate|[a-z]+_over_time)\(/, nameOf(target));
      const group = plan.alerts.find(({ rules }) => rules.includes(rule));
      const ends = (group?.intervalSeconds ?? evaluated) + groupIntervalSeconds;
      assert.ok(ends < (ruleOf(source).forSeconds ?? 0), nameOf(target));
    }
  });

  it("are made for the severities that alerts have, whatever those are", () => {
    const [first] = compiledAlerts.filter(({ alert }) => alert.name === "MlxHeadroomLow");
    assert.ok(first !== undefined);
    const milder = first.rules.map((rule) => ({
      ...rule,
      labels: {
        ...rule.labels,
        severity: rule.labels.severity === "critical" ? ("warning" as const) : ("info" as const),
      },
    }));
    const made = compileInhibitions(
      [...compiledAlerts.filter((each) => each !== first), { ...first, rules: milder }],
      { evaluationSeconds: 15, groupIntervalSeconds },
    );
    const of = (severity: string) => ({ ...oneOfEach[0], severity });
    assert.deepEqual(inhibitors(made, [of("warning"), of("info")]), [[], [0]]);
    assert.deepEqual(inhibitors(made, [of("critical"), of("warning")]), [[], []]);
  });

  it("of MlxExporterDown are fewer where it fires sooner, or where an alert is held", () => {
    const changed = (name: string, change: object) =>
      compileInhibitions(
        compiledAlerts.map(({ alert, rules }) => ({
          alert,
          rules: rules.map((rule) => (alert.name === name ? { ...rule, ...change } : rule)),
        })),
        { evaluationSeconds: 15, groupIntervalSeconds },
      );
    const of = (name: string) => oneOfEach.find(({ alertname }) => alertname === name) ?? {};
    const both = [of("MlxExporterDown"), of("MlxWorkloadDown")];
    assert.deepEqual(inhibitors(inhibitions, both)[1], [0]);
    assert.deepEqual(inhibitors(changed("MlxExporterDown", { forSeconds: 60 }), both)[1], []);
    const held = changed("MlxWorkloadDown", { keepFiringForSeconds: 60 });
    assert.deepEqual(inhibitors(held, both)[1], []);
  });
});
