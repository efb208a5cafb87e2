import { alertWindows } from "../../catalog/alerts.ts";
import type { Policy } from "../../model/policy.ts";

/** How far an alert looks back: in seconds, as PromQL writes it, and as a person says it. */
export interface Window {
  readonly seconds: number;
  readonly text: string;
  /** `hour`, `10 minutes`: what goes on "the last". */
  readonly spoken: string;
}

export type WindowedAlert = keyof typeof alertWindows;

/** The alert's window: the policy's, or its own; less where samples are not kept that long. */
export function windowOf(policy: Policy, alert: WindowedAlert): Window {
  const { seconds: own, least } = alertWindows[alert];
  const wanted = policy.alerts[alert]?.windowSeconds ?? own;
  const { retentionSeconds } = policy;
  if (retentionSeconds === undefined) return windowFor(wanted);
  // In whole quarters of an hour: it is read by people.
  const kept = Math.floor((retentionSeconds * keptShare) / 900) * 900;
  return windowFor(Math.max(least, Math.min(wanted, kept)));
}

/** Blocks are dropped as a whole, so the oldest part of what is kept may be gone already. */
const keptShare = 0.8;

const units = [
  { unit: "d", seconds: 86_400, spoken: "day" },
  { unit: "h", seconds: 3600, spoken: "hour" },
  { unit: "m", seconds: 60, spoken: "minute" },
  { unit: "s", seconds: 1, spoken: "second" },
] as const;

function windowFor(seconds: number): Window {
  const whole = units.find((each) => seconds % each.seconds === 0) ?? units[3];
  const amount = seconds / whole.seconds;
  return {
    seconds,
    text: `${amount}${whole.unit}`,
    spoken: amount === 1 ? whole.spoken : `${amount} ${whole.spoken}s`,
  };
}
