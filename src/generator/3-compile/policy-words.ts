/** A length of time as a policy writes it: `90d`, `36h`. */
export function spokenDays(seconds: number): string {
  return seconds % 86_400 === 0 ? `${seconds / 86_400}d` : `${Math.round(seconds / 3600)}h`;
}
