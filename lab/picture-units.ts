/**
 * A figure as Grafana's unit of that name shows it, roughly. The page that is drawn gets this function as text, so it
 * may use nothing from outside itself.
 */
export function inUnit(value: number, unit: string | undefined): string {
  const round = (number: number) => String(Number(number.toPrecision(3)));
  switch (unit) {
    case "bytes": {
      const power = Math.min(4, Math.max(0, Math.floor(Math.log2(Math.abs(value) || 1) / 10)));
      const name = ["B", "KiB", "MiB", "GiB", "TiB"][power] ?? "";
      return `${round(value / 1024 ** power)} ${name}`;
    }
    case "percentunit":
      return `${round(value * 100)} %`;
    case "s":
      if (Math.abs(value) >= 120) return `${round(value / 60)} min`;
      return Math.abs(value) < 1 && value !== 0 ? `${round(value * 1000)} ms` : `${round(value)} s`;
    case "d":
      return `${round(value)} d`;
    case "cps":
      return `${round(value)}/s`;
    case "dateTimeAsIso":
      return new Date(value).toISOString().slice(0, 10);
    case undefined:
    default:
      if (Math.abs(value) >= 1e6) return `${round(value / 1e6)} M`;
      return Math.abs(value) >= 10_000 ? `${round(value / 1000)} k` : round(value);
  }
}
