type Labels = Readonly<Record<string, string>>;

/** A recorded number: data that generic alerts and dashboards join with. */
export interface Constant {
  readonly record: string;
  readonly labels: Labels;
  readonly value: number;
  /** How the number came about, for the comment beside it. */
  readonly why: string;
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly forSeconds?: number;
  readonly keepFiringForSeconds?: number;
  readonly labels: Labels & { readonly severity: Severity };
  /** Labels whose values Prometheus is asked for when it fires, in place of those above. */
  readonly lookedUp?: Labels;
  /** Sentences with `{{name}}` gaps. */
  readonly annotations: Labels;
  /** What Prometheus puts into each gap: template text of its own. Tests fill the same gaps with facts. */
  readonly fragments: Labels;
}

export type Severity = "critical" | "warning" | "info" | "none";
