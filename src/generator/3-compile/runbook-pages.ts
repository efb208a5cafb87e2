import type { AlertName } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Policy } from "../../model/policy.ts";
import type { Profile } from "../../model/profile.ts";
import { receiverOf, routeOf } from "../../model/routed.ts";
import type { Routing } from "../../model/routing.ts";
import type { RunbookPage, RunbookRule } from "../../model/runbook-page.ts";
import type { Threshold } from "../../model/threshold.ts";
import { headroomMargins, isWidened } from "./baselines.ts";
import { isAsBuilt } from "./policy-checks.ts";
import { decided } from "./policy-decisions.ts";
import { isOfWorkload, lowered, type PolicyRule } from "./policy-rules.ts";
import { exceptionsOf } from "./runbook-exceptions.ts";
import { hiddenBy, hiddenWith } from "./runbook-hiding.ts";
import { linked } from "./runbook-links.ts";
import type { DecidedAlert } from "./tests.ts";
import { generalThresholds } from "./thresholds-told.ts";

/** What runbooks are made of. */
interface Decided {
  readonly policy: Policy;
  readonly profiles: readonly Profile[];
  readonly compiled: readonly DecidedAlert[];
  readonly routing: Routing;
}

/** A runbook for every alert that can fire, in the order of the catalogue. */
export function compileRunbooks(all: Decided): readonly RunbookPage[] {
  const firing = all.compiled.filter(({ rules }) => rules.some(({ made }) => made.length > 0));
  const names = firing.map(({ alert }) => alert.name);
  return firing.map((each) => pageOf(all, each, names));
}

function pageOf(
  { policy, profiles, routing }: Decided,
  { alert, rules }: DecidedAlert,
  names: readonly string[],
): RunbookPage {
  const { name, runbook } = alert;
  const weak = profiles.some(({ grade }) => grade === "C");
  return {
    alert: name,
    meaning: linked(runbook.meaning, names),
    linux: linked(runbook.linux, names),
    macos: linked(runbook.macos, names),
    ...(runbook.prevent !== undefined && { prevent: linked(runbook.prevent, names) }),
    why: linked(alert.why, names),
    changed: !isAsBuilt(policy, name),
    ofWorkload: rules.some(({ builtIn }) => isOfWorkload(builtIn)),
    rules: rules.flatMap((rule) => rulesOf(policy, routing, rule, weak)),
    thresholds: generalThresholds(policy, name).map((each) => widened(name, each)),
    reads: alert.needs.map((key) => metrics[key].name),
    hidden: hiddenBy(name, routing.inhibitions, names),
    hides: hiddenWith(name, routing.inhibitions, names),
    exceptions: exceptionsOf(policy, name, rules),
  };
}

/** A weak baseline asks for more headroom. */
function widened(alert: AlertName, threshold: Threshold): Threshold {
  const { severity, resource = "", why } = threshold;
  return alert === "MlxHeadroomLow" && severity === "warning" && isWidened(resource)
    ? { ...threshold, why: `${why}; × ${headroomMargins.C} for a baseline of grade C` }
    : threshold;
}

function rulesOf(
  policy: Policy,
  routing: Routing,
  { builtIn, made }: PolicyRule,
  weak: boolean,
): readonly RunbookRule[] {
  const name = { alert: builtIn.alert, severity: builtIn.labels.severity };
  return made.map((rule) => {
    const { hold } = rule.labels;
    const labels = { alertname: rule.alert, ...rule.labels };
    return {
      rule,
      receiver: receiverOf(routing, labels),
      quiet: routeOf(routing, labels)?.muted !== undefined,
      ...(hold !== undefined && hold in policy.hold && { hold }),
      lowered:
        weak &&
        isOfWorkload(builtIn) &&
        decided(policy, name) === "warning" &&
        lowered(policy, name),
    };
  });
}
