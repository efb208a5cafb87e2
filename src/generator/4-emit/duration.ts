const units = [
  ["h", 3600],
  ["m", 60],
  ["s", 1],
] as const;

/** Seconds as Prometheus and Alertmanager write them: 255 is 4m15s. */
export function duration(seconds: number): string {
  let rest = seconds;
  let text = "";
  for (const [unit, size] of units) {
    const amount = Math.floor(rest / size);
    if (amount > 0) text += `${amount}${unit}`;
    rest -= amount * size;
  }
  return text === "" ? "0s" : text;
}
