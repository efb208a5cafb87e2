import { weekdays } from "../../model/notify.ts";
import type { QuietHours, Weekday } from "../../model/notify.ts";
import type { TimeInterval } from "../../model/routing.ts";

const hour = 3600;
const usualRepeatSeconds = 12 * hour;
const soonestRepeatSeconds = 4 * hour;

/** Quiet hours as Alertmanager takes them: it knows no stretch that passes midnight. */
export function compileQuietHours(quietHours: readonly QuietHours[]): readonly TimeInterval[] {
  if (quietHours.length === 0) return [];
  return [{ name: "mlx-quiet-hours", stretches: quietHours.flatMap(withinDays) }];
}

function withinDays({ days, from, to, location }: QuietHours): TimeInterval["stretches"] {
  if (minutesOf(from) < minutesOf(to)) return [{ weekdays: days, from, to, location }];
  const evening = { weekdays: days, from, to: "24:00", location };
  const morning = { weekdays: days.map(dayAfter), from: "00:00", to, location };
  return minutesOf(to) === 0 ? [evening] : [evening, morning];
}

/**
 * How often a ticket that still fires is sent again, in seconds. Alertmanager takes an alert for one it has told of
 * already where the end of the last one fell into quiet hours: when they are over, it must be due again.
 */
export function ticketRepeatSeconds(quietHours: readonly QuietHours[]): number {
  const shortest = Math.min(usualRepeatSeconds, ...quietHours.map(lengthSeconds));
  return Math.max(soonestRepeatSeconds, shortest);
}

function lengthSeconds({ from, to }: QuietHours): number {
  const minutes = minutesOf(to) - minutesOf(from);
  return (minutes > 0 ? minutes : minutes + 24 * 60) * 60;
}

/** `07:30` is 450. */
function minutesOf(time: string): number {
  const [hours = "0", minutes = "0"] = time.split(":");
  return Number(hours) * 60 + Number(minutes);
}

function dayAfter(day: Weekday): Weekday {
  return weekdays[(weekdays.indexOf(day) + 1) % weekdays.length] ?? day;
}
