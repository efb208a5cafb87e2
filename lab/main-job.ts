import { join } from "node:path";
import { scrapeJob } from "../src/catalog/alerts.ts";
import { metrics } from "../src/catalog/metrics.ts";
import type { Alertmanager } from "./alertmanager.ts";
import { temporaryFolder } from "./children.ts";
import { freeExamplePorts, otherPort } from "./example-ports.ts";
import { compileMonitoring, startExporter, type Exporter } from "./exporter.ts";
import { bringUpJudges } from "./judges.ts";
import { provideMlxProcess } from "./mlx-process.ts";
import type { MlxServer } from "./mlx-server.ts";
import type { Progress } from "./progress.ts";
import type { Prometheus } from "./prometheus.ts";
import { provide } from "./provide.ts";
import { waitUntil } from "./wait-until.ts";
import { startWebhook, type Webhook } from "./webhook.ts";

/** What runs. A part that could not be had is undefined, and why has been said. */
export interface MainJob {
  readonly webhook: Webhook;
  readonly exporter: Exporter | undefined;
  /** The server we made; undefined too when the machine had an MLX process of its own. */
  readonly mlxServer: MlxServer | undefined;
  /** Whether any MLX process runs here. */
  readonly mlxFound: boolean;
  /** The folder that compile wrote. */
  readonly monitoring: string | undefined;
  readonly alertmanager: Alertmanager | undefined;
  readonly prometheus: Prometheus | undefined;
}

const firstScrapeSeconds = 30;

/** Brings up the whole loop on loopback, saying each step: exporter, rules, Alertmanager, Prometheus, process. */
export async function bringUp(progress: Progress): Promise<MainJob> {
  const ports = await freeExamplePorts();
  const webhook = await startWebhook();

  const exporting = startExporter({ port: ports.exporter });
  const exporter = await provide(progress, "Exporter", exporting, ({ exporter: { url } }) => {
    return `${url}${otherPort("exporter", ports)}`;
  });

  const folder = join(temporaryFolder("monitoring"), "monitoring");
  const compiling = compileMonitoring(folder, webhook.url);
  const compiled = await provide(progress, "Rules and dashboard", compiling, () => folder);

  const judges = compiled && (await bringUpJudges(progress, compiled.folder, ports));

  // Last, because Prometheus takes a few seconds to look at its targets for the first time.
  const mlx = await provideMlxProcess(progress);
  if (judges?.prometheus && exporter) await firstScrape(progress, judges.prometheus, mlx.found);

  return {
    webhook,
    exporter: exporter?.exporter,
    mlxServer: mlx.server,
    mlxFound: mlx.found,
    monitoring: compiled?.folder,
    alertmanager: judges?.alertmanager,
    prometheus: judges?.prometheus,
  };
}

/** Ready means that figures have come through, not only that every program runs. */
async function firstScrape(
  progress: Progress,
  prometheus: Prometheus,
  withProcess: boolean,
): Promise<void> {
  const step = progress.begin("First scrape");
  const look = async () => {
    const up = await prometheus.query(`up{job="${scrapeJob}"} == 1`);
    const found = await prometheus.query(metrics.processInfo.name);
    return up.length > 0 && (found.length > 0 || !withProcess) ? found : undefined;
  };
  const processes = await waitUntil(look, { timeoutSeconds: firstScrapeSeconds });
  if (processes === undefined) {
    step.failed(`not within ${firstScrapeSeconds} s; see ${prometheus.url}/targets`);
  } else {
    const noun = processes.length === 1 ? "process" : "processes";
    step.done(`Prometheus knows ${processes.length} MLX ${noun}`);
  }
}
