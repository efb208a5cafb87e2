import { ruleGroups } from "../../catalog/alerts.ts";
import type { AlertName } from "../../catalog/alerts.ts";
import type { AlertRule, Severity } from "../../model/plan.ts";
import type { Inhibition, Matcher } from "../../model/routing.ts";
import type { CompiledAlert } from "./alert.ts";
import { hostLabels } from "./fragments.ts";
import { reviewIntervalSeconds } from "./review.ts";

/**
 * Which alert makes which other superfluous.
 *
 * Alertmanager drops the news that an alert is over, too, while the alert is inhibited, and whoever heard of its
 * beginning never hears of its end. So a target is one that cannot have been notified before its source fired: it
 * ends no sooner than its source, or begins no sooner, or is sent to nobody. docs/alertmanager.md says for each what is left.
 * `equal` names labels that both sides always carry: one that both lack would count as equal.
 */
export function compileInhibitions(
  compiled: readonly CompiledAlert[],
  times: Times,
): readonly Inhibition[] {
  return [
    ...consequences.map(({ source, targets, why }) => ({
      source: [named([source])],
      target: [named(targets)],
      equal: shared(compiled.filter(({ alert }) => [source, ...targets].includes(alert.name))),
      why,
    })),
    ...severityChains(compiled),
    ...blindness(compiled, times),
  ];
}

/** How often rules are evaluated, and news of a group are told, in seconds. */
interface Times {
  readonly evaluationSeconds: number;
  readonly groupIntervalSeconds: number;
}

interface Consequence {
  readonly source: AlertName;
  readonly targets: readonly AlertName[];
  readonly why: string;
}

const consequences: readonly Consequence[] = [
  {
    source: "MlxOomKilled",
    targets: ["MlxWorkloadDown", "MlxWorkloadRestarting"],
    why: "A workload whose processes are killed for memory is down, or starts over and over, because of that.",
  },
  {
    source: "MlxWorkloadDown",
    targets: ["MlxRankMissing"],
    why: "Where no process of a workload is left, its ranks are missing, too.",
  },
];

const descending = ["critical", "warning", "info"] as const satisfies readonly Severity[];

/** The same alert of the same thing, more urgent: it says all that the less urgent one says. */
function severityChains(compiled: readonly CompiledAlert[]): readonly Inhibition[] {
  const pairs = descending.flatMap((upper, index) =>
    descending.slice(index + 1).map((lower) => ({ upper, lower })),
  );
  return pairs.flatMap(({ upper, lower }) => {
    const both = compiled.filter(({ rules }) => has(rules, upper) && has(rules, lower));
    return byCarriedLabels(both).map((alike) => {
      const names = named(alike.map(({ alert }) => alert.name));
      return {
        source: [names, severity(upper)],
        target: [names, severity(lower)],
        equal: ["alertname", ...shared(alike)],
        why: `The ${upper} alert says all that the ${lower} one says.`,
      };
    });
  });
}

/** Alerts of different labels need rules of their own: `equal` is as narrow as both sides allow. */
function byCarriedLabels(
  compiled: readonly CompiledAlert[],
): readonly (readonly CompiledAlert[])[] {
  const key = ({ alert }: CompiledAlert): string => alert.carries.join();
  return [...new Set(compiled.map(key))].map((labels) =>
    compiled.filter((each) => key(each) === labels),
  );
}

/** Without its exporter nothing is known about a host: what is still said of it is old. */
function blindness(compiled: readonly CompiledAlert[], times: Times): readonly Inhibition[] {
  const source = [
    named(["MlxExporterDown"]),
    // That no exporter at all is scraped is said of no host.
    { label: "instance", operator: "!=", value: "" } as const,
  ];
  const down = compiled.find(({ alert }) => alert.name === "MlxExporterDown");
  const noticed = Math.min(...(down?.rules ?? []).map(({ forSeconds = 0 }) => forSeconds));
  /** Whether it is over, and that was told, before MlxExporterDown fires; or nobody is told of it at all. */
  const told = (alert: CompiledAlert["alert"], rule: AlertRule): boolean =>
    rule.labels.severity === "info" ||
    (endsWithTheSeries(alert.name, rule) &&
      evaluatedEach(alert, times) + times.groupIntervalSeconds < noticed);
  const about = compiled.filter(({ alert }) => readsExporter(alert));
  const whole = about.filter(({ alert, rules }) => rules.every((rule) => told(alert, rule)));
  const quiet = about.filter((each) => !whole.includes(each) && has(each.rules, "info"));
  const inhibition = (targets: readonly CompiledAlert[], ...only: readonly Matcher[]) => ({
    source,
    target: [named(targets.map(({ alert }) => alert.name)), ...only],
    equal: hostLabels,
  });
  return [
    {
      ...inhibition(whole),
      why: "Without its exporter nothing is known about a host. These end with the last scrape: what still fires is old.",
    },
    {
      ...inhibition(quiet, severity("info")),
      why: "The same for information, which is sent to nobody. Warnings of these names are held for minutes and were sent before: their end must be told.",
    },
  ];
}

function readsExporter({ carries, needs }: CompiledAlert["alert"]): boolean {
  return needs.length > 0 && hostLabels.every((label) => carries.includes(label));
}

/** They look back over minutes or an hour, and go on firing when the exporter is gone. */
const lookingBack: readonly AlertName[] = ["MlxOomKilled", "MlxSeriesDropped"];

/** Whether it stops firing at the first evaluation that finds no new sample. */
function endsWithTheSeries(name: AlertName, rule: AlertRule): boolean {
  return rule.keepFiringForSeconds === undefined && !lookingBack.includes(name);
}

/** In seconds. */
function evaluatedEach({ group }: CompiledAlert["alert"], { evaluationSeconds }: Times): number {
  return group === ruleGroups.review
    ? Math.max(reviewIntervalSeconds, evaluationSeconds)
    : evaluationSeconds;
}

function has(rules: readonly AlertRule[], wanted: Severity): boolean {
  return rules.some(({ labels }) => labels.severity === wanted);
}

/** The labels that all of them always carry. */
function shared(compiled: readonly CompiledAlert[]): readonly string[] {
  const [first, ...others] = compiled.map(({ alert }) => alert.carries);
  return (first ?? []).filter((label) => others.every((labels) => labels.includes(label)));
}

function named(names: readonly AlertName[]): Matcher {
  const operator = names.length === 1 ? "=" : "=~";
  return { label: "alertname", operator, value: names.join("|") };
}

function severity(value: Severity): Matcher {
  return { label: "severity", operator: "=", value };
}
