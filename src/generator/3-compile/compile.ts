import { ruleGroups } from "../../catalog/alerts.ts";
import { documentation } from "../../catalog/documentation.ts";
import { ruleTargets } from "../../model/plan.ts";
import type { AlertGroup, Layout, Plan, RuleTarget } from "../../model/plan.ts";
import { defaultPolicy, runbookGap, type Policy } from "../../model/policy.ts";
import type { Profile } from "../../model/profile.ts";
import { alerts } from "./alerts.ts";
import { compileBaselines } from "./baselines.ts";
import { identityOf } from "./baseline-recorded.ts";
import { compileDashboards, type Runbooks } from "./dashboards.ts";
import { compileDocument } from "./documents.ts";
import { compileHistory } from "./history.ts";
import { historyTests } from "./history-tests.ts";
import { compileKeeping } from "./keeping.ts";
import { compileLimits } from "./limits.ts";
import { limitsNeeded, type LimitNeeded } from "./limits-needed.ts";
import { requireKnown, requirePossible } from "./policy-checks.ts";
import { compilePolicy, requireFew } from "./policy-constants.ts";
import { policyRules } from "./policy-rules.ts";
import { besideHost, selected } from "./policy-selection.ts";
import { retentionNotes, withinRetention } from "./retention.ts";
import { reviewIntervalSeconds } from "./review.ts";
import { compileRouting } from "./routing.ts";
import { compileRunbooks } from "./runbook-pages.ts";
import { compileProvisioning, compileScraping } from "./scraping.ts";
import { slugs } from "./slug.ts";
import { compileTests, type DecidedAlert } from "./tests.ts";
import { compileThresholds } from "./thresholds.ts";

export interface CompileOptions {
  /** The version of this package, for the heads of the files. */
  readonly version: string;
  readonly layout: Layout;
  /** Who evaluates the rules; Prometheus unless said otherwise. */
  readonly targets?: readonly RuleTarget[];
  /** Where Alertmanager posts what it sends; without it the receivers are empty. */
  readonly webhookUrl?: string;
  /** Whether limits of each workload are written, too. */
  readonly limits?: boolean;
  /** Whether a document of each workload is. */
  readonly docs?: boolean;
  /** Where runbooks are, as the policy's key of this name says it. */
  readonly runbookBase?: string;
  /** What a person decided; without one every rule is as it is built in. */
  readonly policy?: Policy;
  /** The config file that the policy is from, and the workloads it names. */
  readonly config?: { readonly path: string; readonly workloads: readonly string[] };
}

/** Profiles → plan. Every decision is made here; what follows only spells. */
export function compile(given: readonly Profile[], options: CompileOptions): Plan {
  const { policy = defaultPolicy, config } = options;
  const profiles = inOrder(given);
  requireKnown(policy, profiles, config?.workloads ?? [], config?.path ?? "the config");
  const runbooks = runbooksAt(
    options.runbookBase ?? policy.runbookBase ?? `${documentation}/alerts.md`,
  );
  const compiled = compileAlerts(profiles, policy, runbooks);
  const builtIn = compiled.flatMap(({ rules }) => rules.map((rule) => rule.builtIn));
  requirePossible(policy, builtIn);
  const thresholds = compileThresholds(policy);
  const history = compileHistory(policy);
  const slugOf = slugs(profiles.map(nameOf));
  const slug = (profile: Profile) => slugOf.get(nameOf(profile)) ?? profile.workload;
  const baselines = profiles.map((profile) => compileBaselines(profile, slug(profile), policy));
  const decisions = compilePolicy(
    policy,
    profiles,
    builtIn.map(({ alert, labels }) => ({ alert, severity: labels.severity })),
  );
  requireFew(decisions, baselines);
  const groups = groupsOf(compiled, policy);
  const routing = compileRouting(
    compiled.map(({ alert, rules }) => ({ alert, rules: rules.flatMap(({ made }) => made) })),
    policy,
    options.webhookUrl,
  );
  return {
    version: options.version,
    layout: options.layout,
    configured: options.policy !== undefined,
    beside: besideHost(policy),
    targets: ruleTargets.filter((target) => (options.targets ?? ["prometheus"]).includes(target)),
    thresholds,
    ...(decisions && { policy: decisions }),
    baselines,
    // The pack is rules for everybody; whose machine they are set on is known where a tree is made.
    limits:
      options.layout === "tree" && options.limits === true
        ? profiles.map((profile) => compileLimits(profile, slug(profile), policy, profiles))
        : [],
    alerts: groups,
    history,
    tests: [
      ...compileTests({
        policy,
        compiled,
        thresholds,
        decisions,
        baselines,
        groups: groups.map(({ name }) => name),
      }),
      ...historyTests(policy),
    ],
    scraping: compileScraping(policy),
    keeping: compileKeeping(history),
    routing,
    dashboards: compileDashboards(policy, besideHost(policy), runbooks),
    provisioning: compileProvisioning(policy),
    // Of the pack the project's own page of alerts tells.
    runbooks:
      options.layout === "tree" ? compileRunbooks({ policy, profiles, compiled, routing }) : [],
    documents:
      options.layout === "tree" && options.docs === true
        ? profiles.map((profile) =>
            compileDocument(profile, slug(profile), { policy, compiled, routing }),
          )
        : [],
  };
}

/** What a person should know before trusting what was compiled. */
export interface Advice {
  /** What the rules do less than usual, in sentences. */
  readonly notes: readonly string[];
  readonly limitsNeeded: readonly LimitNeeded[];
}

/** What compile cannot promise with these profiles and this policy. */
export function advise(
  given: readonly Profile[],
  { policy = defaultPolicy }: CompileOptions,
): Advice {
  const profiles = inOrder(given);
  const rules = alerts.flatMap((alert) =>
    policyRules(policy, profiles, alert.rules("", policy)).flatMap(({ made }) => made),
  );
  return {
    notes: retentionNotes(policy, rules),
    limitsNeeded: limitsNeeded(profiles, policy),
  };
}

/** Every alert with its rules, as they are built in and as the policy has made them. */
function compileAlerts(
  profiles: readonly Profile[],
  policy: Policy,
  runbooks: Runbooks,
): readonly DecidedAlert[] {
  return alerts.map((alert) => {
    const rules = policyRules(policy, profiles, alert.rules(runbooks.of(alert.name), policy));
    return {
      alert,
      rules: rules.map(({ builtIn, made }) => ({
        builtIn,
        made: withinRetention(policy, made).map((rule) => selected(policy, rule)),
      })),
    };
  });
}

/** Groups that have rules, in the order of the catalogue. */
function groupsOf(compiled: readonly DecidedAlert[], policy: Policy): readonly AlertGroup[] {
  const shared = sharedLabels(policy);
  return [...new Set(alerts.map(({ group }) => group))]
    .map((name) => ({
      name,
      ...(name === ruleGroups.review && {
        intervalSeconds: Math.max(reviewIntervalSeconds, policy.intervalSeconds),
      }),
      ...(shared && { labels: shared }),
      rules: compiled
        .filter(({ alert }) => alert.group === name)
        .flatMap(({ rules }) => rules.flatMap(({ made }) => made)),
    }))
    .filter(({ rules }) => rules.length > 0);
}

/** Labels of every alert are written once for a group, where Prometheus is new enough to take them there. */
function sharedLabels({ targetVersion, labels, owner }: Policy): AlertGroup["labels"] {
  const all = { ...(owner !== undefined && { owner }), ...labels };
  return targetVersion.startsWith("3.") && Object.keys(all).length > 0 ? all : undefined;
}

/** By name, so that it does not matter in which order they were read. */
function inOrder(profiles: readonly Profile[]): readonly Profile[] {
  const names = new Map(profiles.map((profile) => [profile, nameOf(profile)]));
  const of = (profile: Profile): string => names.get(profile) ?? "";
  return profiles.toSorted((a, b) => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0));
}

/** `chat`, or `chat:m2-ultra` where the profile is of one class of hosts. */
function nameOf(profile: Profile): string {
  return Object.values(identityOf(profile)).join(":");
}

/** Renderers of Markdown make a heading's anchor of its lower case. */
function runbooksAt(base: string): Runbooks {
  return base.includes(runbookGap)
    ? {
        page: base.slice(0, base.lastIndexOf("/", base.indexOf(runbookGap)) + 1),
        of: (alert) => base.replaceAll(runbookGap, alert),
      }
    : { page: base, of: (alert) => `${base}#${alert.toLowerCase()}` };
}
