import { constants } from "../../catalog/alerts.ts";
import { dashboards } from "../../catalog/dashboards.ts";
import type { AlertRule } from "../../model/plan.ts";
import type { Hold, Policy, PolicySeverity } from "../../model/policy.ts";
import type { Profile } from "../../model/profile.ts";
import { lookup } from "./fragments.ts";
import { constantOf, constantOfAlert } from "./joins.ts";
import { chosen, decided, exceptionOf, exceptions, ruleName } from "./policy-decisions.ts";
import type { BuiltIn, Decision, Exception } from "./policy-decisions.ts";
import { nested, promql } from "./promql.ts";

/** A rule that was built in, and what the policy made of it: none where it is off for everybody. */
export interface PolicyRule {
  readonly builtIn: AlertRule;
  /** The first is for workloads in no class of hold; each class has one of its own. */
  readonly made: readonly AlertRule[];
}

/**
 * What a policy makes of an alert's rules. How many there are does not depend on how many workloads it names: what is
 * decided for one of them is in a constant of its own, and rules only read that.
 */
export function policyRules(
  policy: Policy,
  profiles: readonly Profile[],
  rules: readonly AlertRule[],
): readonly PolicyRule[] {
  return rules.map((builtIn) => ({ builtIn, made: madeOf(policy, profiles, builtIn) }));
}

/** Whether its alerts are about a workload, by which a policy could tell them apart. */
export function isOfWorkload(rule: AlertRule): boolean {
  return "workload" in rule.fragments;
}

/** Rules that judge by recorded figures alone: where those are weak, what they find is information. */
const judgedByBaseline = [
  "MlxUsageAboveBaseline/warning",
  "MlxLimitBelowBaseline/warning",
  "MlxLimitMissing/warning",
];

/** Whether a weak baseline lowers the severity of this rule: not where somebody chose it. */
export function lowered(policy: Policy, rule: BuiltIn): boolean {
  return judgedByBaseline.includes(ruleName(rule)) && !chosen(policy, rule);
}

function madeOf(
  policy: Policy,
  profiles: readonly Profile[],
  rule: AlertRule,
): readonly AlertRule[] {
  const builtIn = { alert: rule.alert, severity: rule.labels.severity };
  const usual = decided(policy, builtIn);
  const used = isOfWorkload(rule) ? exceptionsUsed(policy, builtIn) : [];
  const elsewhere = used.filter((each) => each !== "off");
  if (usual === "off" && elsewhere.length === 0) return [];
  const weak =
    isOfWorkload(rule) &&
    usual === "warning" &&
    lowered(policy, builtIn) &&
    profiles.some(({ grade }) => grade === "C");
  const general = described(policy, timed(policy, rule), usual, elsewhere, weak);
  const chosenOnes = switched(rule.expr, builtIn, usual, used);
  const { forSeconds } = general;
  const classes = Object.entries(policy.hold);
  if (classes.length === 0 || !isOfWorkload(rule) || forSeconds === undefined)
    return [{ ...general, expr: chosenOnes }];
  return [
    { ...general, expr: promql(`${parenthesised(chosenOnes)}\n  unless on (workload)\n${held()}`) },
    ...classes.map(([name, hold]) => ({
      ...general,
      expr: promql(`${parenthesised(chosenOnes)}\n  and on (workload)\n${held(name)}`),
      forSeconds: waiting(hold, forSeconds),
      labels: { ...general.labels, hold: name },
    })),
  ];
}

/** How long a rule waits for workloads of a class, in whole seconds. */
export function waiting(hold: Hold, forSeconds: number): number {
  return "factor" in hold
    ? Math.max(1, Math.round(forSeconds * hold.factor))
    : Math.max(forSeconds, hold.seconds);
}

function held(name?: string): string {
  return constantOf(constants.workloadPolicy, name === undefined ? 'hold!=""' : `hold="${name}"`)();
}

/** With the times that the policy gives it; 0 is none. */
function timed(
  policy: Policy,
  { forSeconds, keepFiringForSeconds, ...rule }: AlertRule,
): AlertRule {
  const own = policy.alerts[rule.alert];
  const { severity } = rule.labels;
  const wait = (severity === "none" ? undefined : own?.forSeconds?.[severity]) ?? forSeconds;
  const keep = own?.keepFiringForSeconds ?? keepFiringForSeconds;
  return {
    ...rule,
    ...(wait && { forSeconds: wait }),
    ...(keep && { keepFiringForSeconds: keep }),
  };
}

/** Which exceptions any workload makes of this rule. */
function exceptionsUsed(policy: Policy, rule: BuiltIn): readonly Exception[] {
  const made = new Set(
    Object.keys(policy.workloads).map((workload) => exceptionOf(policy, rule, workload)),
  );
  return exceptions.filter((each) => made.has(each));
}

/** Those workloads' policies that list this rule under the exception. */
function listing(exception: Exception, rule: BuiltIn): string {
  return `${exception}=~".*,${ruleName(rule)},.*"`;
}

/** Without the workloads for which it is off; where it is off for all, of those alone that want it. */
function switched(
  expr: string,
  rule: BuiltIn,
  usual: Decision,
  used: readonly Exception[],
): string {
  const policyOf = (exception: Exception): string =>
    constantOf(constants.workloadPolicy, listing(exception, rule))();
  if (usual === "off") {
    const wanted = used.filter((each) => each !== "off").map(policyOf);
    return promql(`${parenthesised(expr)}\n  and on (workload)\n(${wanted.join(" or ")})`);
  }
  if (!used.includes("off")) return expr;
  return promql(`${parenthesised(expr)}\n  unless on (workload)\n${policyOf("off")}`);
}

function parenthesised(expr: string): string {
  return `(\n${nested(expr)}\n)`;
}

/** Its labels and sentences: what holds for all is written, what differs by workload is looked up when it fires. */
function described(
  policy: Policy,
  rule: AlertRule,
  usual: Decision,
  elsewhere: readonly Exception[],
  weak: boolean,
): AlertRule {
  const own = policy.alerts[rule.alert];
  const builtIn = { alert: rule.alert, severity: rule.labels.severity };
  const severity = usual === "off" ? firstOf(elsewhere) : usual;
  const severities = [...new Set([severity, ...elsewhere, ...(weak ? (["info"] as const) : [])])];
  const lookedUp = {
    ...(severities.length > 1 && {
      severity: severityLookup(policy, builtIn, severity, elsewhere, weak),
    }),
    ...(isOfWorkload(rule) && ownsApart(policy) && { owner: ownerLookup(policy) }),
  };
  return withoutIdleGaps({
    ...rule,
    labels: {
      ...rule.labels,
      severity: severity as AlertRule["labels"]["severity"],
      ...(policy.owner !== undefined && { owner: policy.owner }),
      ...policy.labels,
      ...own?.labels,
    },
    ...(Object.keys(lookedUp).length > 0 && { lookedUp }),
    ...sentences(policy, rule, weak),
    ...fragmentsOf(policy, rule, severities, weak),
  });
}

/** What a sentence of the policy does not say need not be looked up. */
function withoutIdleGaps(rule: AlertRule): AlertRule {
  const sentences = Object.values(rule.annotations).join(" ");
  const fragments = Object.fromEntries(
    Object.entries(rule.fragments).filter(([name]) => sentences.includes(`{{${name}}}`)),
  );
  return { ...rule, fragments };
}

function firstOf(elsewhere: readonly Exception[]): Decision {
  return elsewhere[0] ?? "off";
}

function ownsApart({ owner, workloads }: Policy): boolean {
  return Object.values(workloads).some((each) => each.owner !== undefined && each.owner !== owner);
}

function ownerLookup({ owner = "" }: Policy): string {
  return lookup(
    constantOf(constants.workloadPolicy, 'owner!=""', "workload=%q")(),
    ["workload"],
    '{{ . | first | label "owner" }}',
    owner,
  );
}

/** The workload's own severity where its policy names one; that of all, unless its baseline is weak. */
function severityLookup(
  policy: Policy,
  rule: BuiltIn,
  usual: Decision,
  elsewhere: readonly Exception[],
  weak: boolean,
): string {
  const { expression, labels } = constantOfAlert(policy, constants.baselineRecorded, ["workload"]);
  const inGeneral = weak
    ? lookup(
        expression,
        labels,
        `{{ if eq (. | first | label "grade") "C" }}info{{ else }}${usual}{{ end }}`,
        usual,
      )
    : usual;
  return elsewhere.reduceRight(
    (otherwise, severity) =>
      lookup(
        constantOf(constants.workloadPolicy, listing(severity, rule), "workload=%q")(),
        ["workload"],
        severity satisfies PolicySeverity | "off",
        otherwise,
      ),
    inGeneral,
  );
}

function sentences(
  { alerts, dashboardBase }: Policy,
  rule: AlertRule,
  weak: boolean,
): Pick<AlertRule, "annotations"> {
  const own = alerts[rule.alert]?.annotations ?? {};
  const description = rule.annotations["description"] ?? "";
  const gaps = ["workload", "instance"].filter((name) => name in rule.fragments);
  const query = gaps.map((name) => `var-${name}={{${name}}}`).join("&");
  const { uid } = gaps.includes("workload") ? dashboards.workload : dashboards.fleet;
  return {
    annotations: {
      ...rule.annotations,
      ...(dashboardBase !== undefined && {
        dashboard_url: `${dashboardBase.replace(/\/+$/, "")}/d/${uid}${query && `?${query}`}`,
      }),
      ...own,
      ...(weak && { description: `${own["description"] ?? description}{{grade}}` }),
    },
  };
}

/** Since when it fires is looked up by the severity it fires with. */
function fragmentsOf(
  policy: Policy,
  rule: AlertRule,
  severities: readonly string[],
  weak: boolean,
): Pick<AlertRule, "fragments"> {
  const known = `alertname="${rule.alert}",severity`;
  const now = severities.length === 1 ? `="${severities.join("")}"` : `=~"${severities.join("|")}"`;
  const { expression, labels } = constantOfAlert(policy, constants.baselineRecorded, ["workload"]);
  return {
    fragments: {
      ...Object.fromEntries(
        Object.entries(rule.fragments).map(([name, text]) => [
          name,
          text.replaceAll(`${known}="${rule.labels.severity}"`, `${known}${now}`),
        ]),
      ),
      ...(weak && {
        grade: lookup(
          expression,
          labels,
          `{{ if eq (. | first | label "grade") "C" }}${weakness}{{ end }}`,
          "",
        ),
      }),
    },
  };
}

/** Said beside what a weak baseline finds. */
const weakness = " Its baseline is of grade C, made of few or short recordings: record it again.";
