import type { AlertName } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import { constants } from "../../catalog/alerts.ts";
import type { Resource } from "../../model/limit.ts";
import type { Policy } from "../../model/policy.ts";
import { figureOfAlert } from "./joins.ts";
import { promql } from "./promql.ts";

/** Template text that Prometheus fills in when an alert is rendered: the value of one of the alert's labels. */
export function label(name: string): string {
  return `{{ $labels.${name} }}`;
}

/** The expression's value, which for headroom is a ratio. */
export const percentage = "{{ $value | humanizePercentage }}";
/** The same where it is an amount of bytes, or seconds. */
export const bytes = "{{ $value | humanize1024 }}B";
export const lasting = "{{ $value | humanizeDuration }}";

/**
 * Asks Prometheus at the moment the alert is rendered. `expression` has a `%q` for each of `labels`, in order; `found`
 * is template text with the result as its dot, `otherwise` stands when there is none.
 */
export function lookup(
  expression: string,
  labels: readonly string[],
  found: string,
  otherwise: string,
): string {
  promql(expression.replaceAll("%q", '"x"'));
  const values = labels.map((name) => `$labels.${name}`).join(" ");
  return `{{ with printf \`${expression}\` ${values} | query }}${found}{{ else }}${otherwise}{{ end }}`;
}

/** A selector for the series that share these labels with the alert. */
export function alike(metric: string, labels: readonly string[], fixed = ""): string {
  const matchers = [...(fixed === "" ? [] : [fixed]), ...labels.map((name) => `${name}=%q`)];
  return `${metric}{${matchers.join(",")}}`;
}

/** What identifies a workload on a host. */
export const workloadLabels = ["job", "instance", "workload"] as const;
/** What identifies a host: there is one exporter on each. */
export const hostLabels = ["job", "instance"] as const;
/** What identifies one resource of a workload. */
export const resourceLabels = [...workloadLabels, "resource"] as const;

/** Which limit of the alert's resource binds, in a whole sentence. */
export const bindingSentence = bindingLookup(resourceLabels);

/** The same where the alert has no such label, because it is about one resource only. */
export function bindingOf(resource: Resource): string {
  return bindingLookup(workloadLabels, `resource="${resource}"`);
}

function bindingLookup(labels: readonly string[], fixed?: string): string {
  return lookup(
    alike(metrics.workloadLimitBinding.name, labels, fixed),
    labels,
    'The limit that binds is {{ . | first | label "source" }}, scope {{ . | first | label "scope" }}.',
    "Which limit binds is not known.",
  );
}

/**
 * How much is left. Only memory and GPU memory have an amount of their own by workload; the share says enough of a
 * count, and reading it by process would leave nothing to say where families with a pid are switched off.
 */
export const amountLeft = [
  '{{ if eq $labels.resource "memory" }}',
  amount(alike(metrics.workloadMemoryHeadroom.name, workloadLabels), workloadLabels),
  '{{ else if eq $labels.resource "gpu_memory" }}',
  amount(alike(metrics.workloadGpuMemoryHeadroom.name, workloadLabels), workloadLabels),
  `{{ else }}${percentage} of it{{ end }}`,
].join("");

/** An amount of bytes that Prometheus is asked for. */
export function amount(expression: string, labels: readonly string[]): string {
  return lookup(expression, labels, "{{ . | first | value | humanize1024 }}B", "an unknown amount");
}

/** The recorded peak of memory of one process of the alert's workload. */
export function recordedPeak(policy: Policy): string {
  const peak = figureOfAlert(policy, constants.baselinePeak, ["workload"], 'resource="memory"');
  return amount(peak.expression, peak.labels);
}

/** Which workloads of a host take most memory, and how much each. */
export const largestWorkloads = lookup(
  `sort_desc(topk(3, ${alike(metrics.workloadMemoryUsed.name, hostLabels)}))`,
  hostLabels,
  "Most is taken by {{ range $index, $each := . }}{{ if $index }}, {{ end }}{{ .Labels.workload }} ({{ .Value | humanize1024 }}B){{ end }}.",
  "Which workload takes most is not known.",
);

/** How long the alert's condition has held. Prometheus keeps the start of each alert as a series of its own. */
export function since(
  alert: AlertName,
  severity: string,
  labels: readonly string[] = resourceLabels,
): string {
  return lookup(
    `time() - ${alike("ALERTS_FOR_STATE", labels, `alertname="${alert}",severity="${severity}"`)}`,
    labels,
    "{{ . | first | value | humanizeDuration }}",
    "less than one evaluation",
  );
}
