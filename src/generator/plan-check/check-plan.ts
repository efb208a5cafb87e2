import { constants } from "../../catalog/alerts.ts";
import { constantLabels } from "../../catalog/constant-labels.ts";
import type { Dashboard } from "../../model/dashboard.ts";
import type {
  AlertGroup,
  ConstantGroup,
  Plan,
  RecordingGroup,
  TestFile,
} from "../../model/plan.ts";
import { checkExpression } from "./check-expression.ts";
import { checkTemplates } from "./check-templates.ts";
import { knownSeries, type KnownSeries } from "./known-series.ts";
import { mayHave } from "./value.ts";

/** What is wrong with a plan, and where. */
export interface Finding {
  /** Which file of the plan: the rules of alerts, the defaults, a workload's constants, a dashboard, or claims. */
  readonly part:
    | { readonly kind: "thresholds" | "policy" | "alerts" | "history" }
    | { readonly kind: "baselines" | "dashboard" | "test"; readonly name: string };
  /** The rule, panel or claim as its file names it. */
  readonly rule: string;
  readonly fault: string;
  /** A fault makes the rule useless; a warning makes it slower, or otherwise not quite what it says. */
  readonly severity: "fault" | "warning";
}

/**
 * Whether what was decided can work at all, before a byte of it is written: types, functions, labels, names, joins,
 * templates. promtool sees the first two of these, and no rule that stays silent because nothing has such a label.
 */
export function checkPlan(plan: Plan): readonly Finding[] {
  const known = knownSeries(plan.beside);
  return [
    ...checkConstants({ kind: "thresholds" }, plan.thresholds, plan.beside),
    ...(plan.policy ? checkConstants({ kind: "policy" }, plan.policy, plan.beside) : []),
    ...plan.baselines.flatMap((group) =>
      checkConstants({ kind: "baselines", name: group.slug }, group, plan.beside),
    ),
    ...checkTwins(plan),
    ...plan.alerts.flatMap((group) => checkAlerts(group, known, plan.scraping.intervalSeconds)),
    ...plan.history.flatMap((group) => checkHistory(group, known)),
    ...plan.dashboards.flatMap((dashboard) => checkDashboard(dashboard, known)),
    ...plan.tests.flatMap((file) => checkClaims(file, known)),
  ];
}

/** Constants are of the catalogue, with its labels and no others: what joins them goes by those. */
function checkConstants(
  part: Finding["part"],
  group: ConstantGroup,
  beside: readonly string[],
): readonly Finding[] {
  return group.constants.flatMap(({ record, labels, value }) => {
    const faults: string[] = [];
    const key = constantKeys.find((name) => constants[name] === record);
    const known: readonly string[] = key === undefined ? [] : constantLabels[key];
    const names = Object.keys(labels).filter((name) => !beside.includes(name));
    // What a policy decides of a workload are labels of its constant, whatever it decides.
    const free = key === "workloadPolicy";
    if (key === undefined) faults.push("the catalogue has no such constant");
    else if (
      free
        ? !names.includes("workload")
        : known.length !== names.length || !known.every((name) => names.includes(name))
    )
      faults.push(`its labels are ${names.join(", ")} instead of ${known.join(", ")}`);
    if (!Number.isFinite(value)) faults.push(`its value is ${value}`);
    return faults.map((fault) => ({ part, rule: record, fault, severity: "fault" as const }));
  });
}

const constantKeys = Object.keys(constants) as (keyof typeof constants)[];

/** Two rules that make the same series, or the same alert: the second overwrites the first, or fails. */
function checkTwins({ thresholds, baselines, alerts }: Plan): readonly Finding[] {
  const seen = new Set<string>();
  const twins = (part: Finding["part"], rule: string, labels: Readonly<Record<string, string>>) => {
    const identity = JSON.stringify([rule, Object.entries(labels).sort()]);
    if (!seen.has(identity)) {
      seen.add(identity);
      return [];
    }
    const fault = "another rule has the same name and labels";
    return [{ part, rule, fault, severity: "fault" as const }];
  };
  return [
    ...thresholds.constants.flatMap(({ record, labels }) =>
      twins({ kind: "thresholds" }, record, labels),
    ),
    ...baselines.flatMap(({ slug, constants: recorded }) =>
      recorded.flatMap(({ record, labels }) =>
        twins({ kind: "baselines", name: slug }, record, labels),
      ),
    ),
    ...alerts.flatMap(({ rules }) =>
      // What a policy decides for single workloads makes rules of one name that differ in whose series they take.
      rules.flatMap(({ alert, labels, expr }) =>
        twins({ kind: "alerts" }, alert, { ...labels, expr }),
      ),
    ),
  ];
}

function checkAlerts(group: AlertGroup, known: Known, usualSeconds: number): readonly Finding[] {
  const interval = group.intervalSeconds ?? usualSeconds;
  return group.rules.flatMap((rule) => {
    const findings: Finding[] = [];
    const add = (severity: Finding["severity"]) => (fault: string) => {
      const name = `${rule.alert} (${rule.labels.severity})`;
      findings.push({ part: { kind: "alerts" }, rule: name, fault, severity });
    };
    const series = checkExpression(rule.expr, known, add("fault"));
    checkTemplates(rule, series, known, add("fault"));
    if ((rule.forSeconds ?? 0) % interval !== 0)
      add("warning")(
        `it waits ${rule.forSeconds ?? 0} s and is evaluated every ${interval} s: it fires later than it says`,
      );
    return findings;
  });
}

/** Recorded series have names that others know, and are made of what there is. */
function checkHistory({ rules }: RecordingGroup, known: Known): readonly Finding[] {
  return rules.flatMap(({ record, expr }) => {
    const findings: Finding[] = [];
    const complain = (fault: string) => {
      findings.push({ part: { kind: "history" }, rule: record, fault, severity: "fault" });
    };
    if (!known.has(record)) complain("the catalogue has no such series");
    checkExpression(expr, known, complain);
    return findings;
  });
}

type Known = ReadonlyMap<string, KnownSeries>;

/** Grafana's own variables stand for times and for texts within quotes. */
const grafanaDurations = /\$__(?:rate_interval|interval|range)\b/g;

/** What panels ask, what marks the time, and what offers choices. */
function checkDashboard(dashboard: Dashboard, known: Known): readonly Finding[] {
  const { uid, rows, annotations, variables } = dashboard;
  const findings: Finding[] = [];
  const check = (rule: string, expr: string, names: readonly string[], does: string): void => {
    const complain = (fault: string) => {
      findings.push({ part: { kind: "dashboard", name: uid }, rule, fault, severity: "fault" });
    };
    const { labels } = checkExpression(expr.replaceAll(grafanaDurations, "5m"), known, complain);
    for (const name of names)
      if (!mayHave(labels, name)) complain(`${does} ${name}, a label it does not have`);
  };
  for (const { title, targets } of rows.flatMap(({ panels }) => panels))
    for (const { expr, legend } of targets) check(title, expr, gapsOf(legend), "its legend names");
  for (const { name, expr, title, text } of annotations)
    check(name, expr, gapsOf(title + text), "its text names");
  for (const { name, query } of variables) {
    const [, series = "", label = ""] = /^label_values\(([^]+), (\w+)\)$/.exec(query) ?? [];
    check(`$${name}`, series, [label], "it offers");
  }
  return findings;
}

/** The labels in `{{label}}` of a text. */
function gapsOf(text: string): readonly string[] {
  return [...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name = ""]) => name);
}

function checkClaims({ name, tests }: TestFile, known: Known): readonly Finding[] {
  return tests.flatMap(({ claim, samples }) =>
    samples.flatMap(({ expr }) => {
      const findings: Finding[] = [];
      checkExpression(expr, known, (fault) => {
        findings.push({ part: { kind: "test", name }, rule: claim, fault, severity: "fault" });
      });
      return findings;
    }),
  );
}
