import type { AlertName } from "../../catalog/alerts.ts";
import type { AlertRule, RuleTest } from "../../model/plan.ts";

/** The contract of an alert: one name, its rules (one per severity), and the claims that hold it to its word. */
export interface Alert {
  readonly name: AlertName;
  /** The rule group it is evaluated in. */
  readonly group: string;
  rules(runbookUrl: string): readonly AlertRule[];
  /** Every way the alert must fire or stay silent, on synthetic series. */
  matrix(rules: readonly AlertRule[]): readonly RuleTest[];
}
