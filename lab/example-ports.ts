import { defaultPort } from "../src/catalog/alerts.ts";
import { freePort } from "./free-port.ts";

/** The parts that the example configuration gives an address. */
export type Part = "exporter" | "prometheus" | "alertmanager";
export type Ports = Readonly<Record<Part, number>>;

/** The ports of the example configuration, which people know by heart. */
export const examplePorts: Ports = { exporter: defaultPort, prometheus: 9090, alertmanager: 9093 };

/** Those ports where they are free, and others where another program listens already. */
export async function freeExamplePorts(): Promise<Ports> {
  return {
    exporter: await freePort(examplePorts.exporter),
    prometheus: await freePort(examplePorts.prometheus),
    alertmanager: await freePort(examplePorts.alertmanager),
  };
}

/** A remark when a part listens elsewhere than people expect. */
export function otherPort(part: Part, ports: Ports): string {
  const usual = examplePorts[part];
  return ports[part] === usual ? "" : ` (another program has ${usual})`;
}
