/** A report as the reporter writes it, of the server of the recorded machines, changed as a test wishes. */
export function allocatorReport(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    schema: 1,
    pid: 4242,
    start_ticks: 240085,
    time: 1000,
    interval_seconds: 5,
    backend: "cpu",
    mlx_version: "0.32.4",
    memory_limit_bytes: 8_000_000,
    active_bytes: 3_000_000,
    cache_bytes: 200_000,
    peak_bytes: 4_000_000,
    ...changes,
  });
}
