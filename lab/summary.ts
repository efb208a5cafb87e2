import { runMlxHeadroom } from "./exporter.ts";
import type { MainJob } from "./main-job.ts";
import type { Notification } from "./webhook.ts";

const announcedEveryMs = 500;

/** The URLs, and the discovered processes with their headroom as `mlx-headroom ps` shows them. */
export async function printSummary(job: MainJob): Promise<void> {
  const { exporter, prometheus, alertmanager, mlxServer, monitoring } = job;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["Status page", exporter && `${exporter.url}/`],
    ["Metrics", exporter && `${exporter.url}/metrics`],
    ["Prometheus", prometheus && `${prometheus.url}/alerts`],
    ["Alertmanager", alertmanager && `${alertmanager.url}/`],
    ["MLX server", mlxServer && `${mlxServer.url}/v1/chat/completions`],
    ["What compile wrote", monitoring],
  ];
  console.log();
  for (const [name, place] of rows) if (place) console.log(`  ${name.padEnd(20)}${place}`);
  if (exporter === undefined) return;
  const listed = await runMlxHeadroom("ps");
  console.log();
  for (const line of (listed.stdout || listed.stderr).trimEnd().split("\n"))
    console.log(`  ${line}`);
  console.log();
}

/** Prints what Alertmanager delivers, one line each, from the first one on and for as long as this runs. */
export function printNotifications({ webhook }: MainJob): void {
  console.log("What Alertmanager delivers:");
  let printed = 0;
  const printNew = () => {
    for (const notification of webhook.notifications.slice(printed)) {
      console.log(`  ${describe(notification)}`);
      printed += 1;
    }
  };
  printNew();
  setInterval(printNew, announcedEveryMs).unref();
}

function describe({ alertname, status, labels, annotations }: Notification): string {
  const time = new Date().toTimeString().slice(0, 8);
  const about = ["severity", "workload", "resource"]
    .flatMap((name) => labels[name] ?? [])
    .join(", ");
  return `${time}  ${status.padEnd(8)}  ${alertname} (${about}): ${annotations["summary"] ?? ""}`;
}
