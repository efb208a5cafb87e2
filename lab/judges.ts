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

/** Starts Alertmanager and Prometheus on the example configuration that compile wrote. */
export async function bringUpJudges(
  progress: Progress,
  monitoring: string,
  ports: Ports,
): Promise<Judges> {
  const alertmanager = await bringUpAlertmanager(progress, monitoring, ports);
  const addresses: Addresses = new Map([
    [loopback(examplePorts.exporter), loopback(ports.exporter)],
    [loopback(examplePorts.prometheus), loopback(ports.prometheus)],
    [loopback(examplePorts.alertmanager), alertmanager && loopback(ports.alertmanager)],
  ]);
  return {
    alertmanager,
    prometheus: await bringUpPrometheus(progress, monitoring, ports, addresses),
  };
}

async function bringUpAlertmanager(
  progress: Progress,
  monitoring: string,
  ports: Ports,
): Promise<Alertmanager | undefined> {
  const binary = await findAlertmanager(progress);
  const folder = join(monitoring, "alertmanager");
  const configFile = rewritten(folder, "alertmanager.yml", loopbackAlertmanager);
  const port = ports.alertmanager;
  const starting =
    binary.kind === "ready" ? startAlertmanager(binary, { configFile, port }) : binary;
  const started = await provide(progress, "Alertmanager", starting, ({ alertmanager }) => {
    return `${alertmanager.version} on ${alertmanager.url}${otherPort("alertmanager", ports)}`;
  });
  return started?.alertmanager;
}

async function bringUpPrometheus(
  progress: Progress,
  monitoring: string,
  ports: Ports,
  addresses: Addresses,
): Promise<Prometheus | undefined> {
  const binary = await findPrometheus(progress);
  const folder = join(monitoring, "prometheus");
  const configFile = rewritten(folder, "prometheus.yml", (text) => {
    return loopbackPrometheus(text, addresses);
  });
  const port = ports.prometheus;
  const starting = binary.kind === "ready" ? startPrometheus(binary, { configFile, port }) : binary;
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
