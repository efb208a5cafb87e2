import type { AlertName } from "../../catalog/alerts.ts";
import type { MetricKey } from "../../catalog/metrics.ts";
import type { AlertRule, RuleTest } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";

/** What somebody does who was woken by an alert. Markdown, without headings. */
export interface Runbook {
  /** What is the case, and what happens if nothing is done. */
  readonly meaning: string;
  readonly linux: string;
  readonly macos: string;
  /** How it is kept from coming back, or silenced where it is wrong. */
  readonly prevent?: string;
}

/** The contract of an alert: one name, its rules (one per severity), and the claims that hold it to its word. */
export interface Alert {
  readonly name: AlertName;
  /** The rule group it is evaluated in. */
  readonly group: string;
  /**
   * The labels that it always has, whatever its severity, besides alertname and severity. Alertmanager takes a label
   * that both sides lack for equal, so inhibitions are made of these alone.
   */
  readonly carries: readonly string[];
  /** Why it exists: the threat, and the issue of the field that showed it. One or two sentences of Markdown. */
  readonly why: string;
  /** What it reads: without one of these families it stays silent. */
  readonly needs: readonly MetricKey[];
  /** What to do, in Markdown: what it means, and the steps on each platform. */
  readonly runbook: Runbook;
  /** How far apart samples and evaluations of its claims are, in seconds, where long windows would take too many. */
  readonly stepSeconds?: number;
  /** Its rules as the policy wants them: how constants are joined, and how far back it looks. */
  rules(runbookUrl: string, policy: Policy): readonly AlertRule[];
  /** Every way the alert must fire or stay silent, on synthetic series. */
  matrix(rules: readonly AlertRule[]): readonly RuleTest[];
}

/** An alert with the rules it was compiled to. */
export interface CompiledAlert {
  readonly alert: Alert;
  readonly rules: readonly AlertRule[];
}
