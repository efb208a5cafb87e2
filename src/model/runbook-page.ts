import type { AlertRule } from "./rule.ts";
import type { Threshold } from "./threshold.ts";

/** What somebody reads who was woken by an alert: the alert as this policy has it. Prose is Markdown, its links lead somewhere. */
export interface RunbookPage {
  readonly alert: string;
  /** What is the case, and what to do on each platform. */
  readonly meaning: string;
  readonly linux: string;
  readonly macos: string;
  /** How it is kept from coming back. */
  readonly prevent?: string;
  readonly why: string;
  /** Whether the policy has other times or thresholds than the prose. */
  readonly changed: boolean;
  /** Whether it is about a workload, for which a policy may decide otherwise. */
  readonly ofWorkload: boolean;
  readonly rules: readonly RunbookRule[];
  /** What its rules compare with where a workload has nothing of its own; none where the number stands in the rule. */
  readonly thresholds: readonly Threshold[];
  /** Families without which it is silent. */
  readonly reads: readonly string[];
  readonly hidden: readonly Hiding[];
  readonly hides: readonly Hiding[];
  readonly exceptions: readonly RunbookException[];
}

export interface RunbookRule {
  readonly rule: AlertRule;
  readonly receiver: string;
  /** Whether nobody is notified in quiet hours. */
  readonly quiet: boolean;
  /** The class of patience whose workloads it is for. */
  readonly hold?: string;
  /** Whether it is less severe for a workload of a weak baseline. */
  readonly lowered: boolean;
}

/** One side of an inhibition: while it fires it keeps others from being notified, or is kept by others. */
export interface Hiding {
  /** The other side, by name. */
  readonly alerts: readonly string[];
  /** The severity that hides, and the one that is hidden, where they matter. */
  readonly source?: string;
  readonly target?: string;
  /** Labels that must be the same. */
  readonly equal: readonly string[];
  readonly why: string;
}

/** A workload for which the policy has decided otherwise. */
export interface RunbookException {
  readonly workload: string;
  /** As which severity a rule is built in, and as which it fires; it is off where it does not. */
  readonly rule: string;
  readonly severity: string;
  readonly forSeconds?: number;
  /** Of the workload's own. */
  readonly thresholds: readonly Threshold[];
  readonly owner?: string;
}
