import type { Host, ListenAddress, MachineFacts } from "../model/host.ts";
import type { Log } from "../model/log.ts";
import { createExporter, type ExporterOptions } from "./exporter.ts";
import { createRenderer } from "./4-expose/registry.ts";
import { createServer } from "./4-expose/server.ts";

export interface ServeOptions extends ExporterOptions {
  readonly address: ListenAddress;
  readonly telemetryPath: string;
  readonly perProcess: boolean;
  readonly version: string;
}

/** Runs the exporter over HTTP until told to stop: discover → collect → limits → expose, and a light look each second. */
export async function serve(host: Host, options: ServeOptions, log: Log): Promise<void> {
  const exporter = createExporter(host, options);
  let machine: MachineFacts | undefined;
  const loopbackOnly = isLoopback(options.address.host);
  const app = createServer(
    () => exporter.look(),
    () => exporter.readable(),
    createRenderer(),
    {
      ...options,
      loopbackOnly,
      onError: (error) => {
        log.write("error", "a request failed", { error: String(error) });
      },
      facts: () => ({ version: options.version, ...(machine !== undefined && { machine }) }),
    },
  );
  const listener = await host.listen(options.address, app);
  log.write("info", "listening", { url: listener.url, metrics: options.telemetryPath });
  if (!exporter.readable()) {
    log.write("error", "no processes can be listed, nothing will be discovered", {
      procfs: options.roots.procfs,
    });
  }
  // Asking what the machine is may start programs and take seconds; the page shows it when it is there.
  host.machineFacts().then(
    (facts) => (machine = facts),
    (error: unknown) => {
      log.write("warn", "facts about the machine could not be read", { error: String(error) });
    },
  );

  const stopTicking = host.clock.every(1, () => {
    exporter.tick();
  });
  await new Promise<void>((resolve) => {
    host.onStop(resolve);
  });
  stopTicking();
  await listener.close();
  log.write("info", "stopped");
}

function isLoopback(name: string): boolean {
  return name === "localhost" || name === "::1" || name.startsWith("127.");
}
