import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findAlertmanager, startAlertmanager, type Alertmanager } from "./alertmanager.ts";
import { examplePorts, otherPort, type Ports } from "./example-ports.ts";
import { loopbackAlertmanager, loopbackPrometheus, type Addresses } from "./loopback-config.ts";
import type { Progress } from "./progress.ts";
import { findPrometheus, startPrometheus, type Prometheus } from "./prometheus.ts";
import { provide } from "./provide.ts";

/** Those who judge the figures and tell people; each undefined where it cannot be had. */
export interface Judges {
  readonly alertmanager: Alertmanager | undefined;
  readonly prometheus: Prometheus | undefined;
}

/** Where each keeps its data; without it the data goes when the server is stopped. */
export interface JudgesData {
  readonly alertmanager: string;
  readonly prometheus: string;
}

/** Starts Alertmanager and Prometheus on the example configuration that compile wrote. */
export async function bringUpJudges(
  progress: Progress,
  monitoring: string,
  ports: Ports,
  data?: JudgesData,
): Promise<Judges> {
  const alertmanager = await bringUpAlertmanager(progress, monitoring, ports, data);
  return {
    alertmanager,
    prometheus: await bringUpPrometheus(
      progress,
      monitoring,
      ports,
      alertmanager !== undefined,
      data,
    ),
  };
}

/** Starts Alertmanager, or starts it again where it was killed, with what it knew. */
export async function bringUpAlertmanager(
  progress: Progress,
  monitoring: string,
  ports: Ports,
  data?: JudgesData,
): Promise<Alertmanager | undefined> {
  const binary = await findAlertmanager(progress);
  const folder = join(monitoring, "alertmanager");
  const configFile = rewritten(folder, "alertmanager.yml", loopbackAlertmanager);
  const port = ports.alertmanager;
  const options = { configFile, port, ...(data && { data: data.alertmanager }) };
  const starting = binary.kind === "ready" ? startAlertmanager(binary, options) : binary;
  const started = await provide(progress, "Alertmanager", starting, ({ alertmanager }) => {
    return `${alertmanager.version} on ${alertmanager.url}${otherPort("alertmanager", ports)}`;
  });
  return started?.alertmanager;
}

/** Starts Prometheus, or starts it again where it was killed, with what it knew; `told` says whether there is an Alertmanager. */
export async function bringUpPrometheus(
  progress: Progress,
  monitoring: string,
  ports: Ports,
  told: boolean,
  data?: JudgesData,
): Promise<Prometheus | undefined> {
  const addresses: Addresses = new Map([
    [loopback(examplePorts.exporter), loopback(ports.exporter)],
    [loopback(examplePorts.prometheus), loopback(ports.prometheus)],
    [loopback(examplePorts.alertmanager), told ? loopback(ports.alertmanager) : undefined],
  ]);
  const binary = await findPrometheus(progress);
  const folder = join(monitoring, "prometheus");
  const configFile = rewritten(folder, "prometheus.yml", (text) => {
    return loopbackPrometheus(text, addresses);
  });
  const port = ports.prometheus;
  const options = { configFile, port, ...(data && { data: data.prometheus }) };
  const starting = binary.kind === "ready" ? startPrometheus(binary, options) : binary;
  const started = await provide(progress, "Prometheus", starting, ({ prometheus }) => {
    return `${prometheus.version} on ${prometheus.url}${otherPort("prometheus", ports)}`;
  });
  return started?.prometheus;
}

/** Writes our version beside the example, which names its other files relative to itself. */
function rewritten(folder: string, name: string, rewrite: (text: string) => string): string {
  const file = join(folder, `loopback-${name}`);
  writeFileSync(file, rewrite(readFileSync(join(folder, name), "utf8")));
  return file;
}

function loopback(port: number): string {
  return `127.0.0.1:${port}`;
}
