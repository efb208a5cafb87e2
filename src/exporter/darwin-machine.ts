import type { Host } from "../model/host.ts";
import { createDarwinDiscoverer } from "./1-discover/darwin-discover.ts";
import { createDarwinCollector } from "./2-collect/darwin-collect.ts";
import type { Machine } from "./machine.ts";
import type { ExporterOptions } from "./options.ts";

/**
 * macOS: what processes there are is a command's output, which every stage shares, and what they hold natively is asked
 * of a child. No look at them is light, so there is none between two scans.
 */
export function createDarwinMachine(host: Host, options: ExporterOptions): Machine {
  const native = host.openDarwin();
  const collector = createDarwinCollector(host, {
    ...(options.reportFolders !== undefined && { reportFolders: options.reportFolders }),
    ...(options.freshSeconds !== undefined && { freshSeconds: options.freshSeconds }),
    ...(options.collectors !== undefined && {
      gpu: options.collectors.has("gpu"),
      launchd: options.collectors.has("launchd"),
    }),
  });
  const discoverer = createDarwinDiscoverer(host, options, native, collector.jobs);

  return {
    async scan(on, patienceSeconds) {
      const table = await collector.look();
      const began = host.clock.monotonicSeconds();
      const found = await discoverer.discover(table.processes, patienceSeconds);
      const { processes } = found;
      const asked = host.clock.monotonicSeconds();
      const answer =
        on.has("native") && processes.length > 0
          ? await native.sample(processes.map(({ pid }) => pid))
          : ({ kind: "answered", value: [] } as const);
      const nativeSeconds = host.clock.monotonicSeconds() - asked;
      return {
        found,
        seconds: asked - began,
        collect() {
          const pass = collector.collect(table, processes, answer, on, nativeSeconds);
          // Whoever looks, and whether or not he ticks, wants at his next look what takes long.
          collector.tick(processes);
          return pass;
        },
      };
    },
    tick(processes) {
      collector.tick(processes);
    },
    configure(rules) {
      discoverer.configure(rules);
    },
    close() {
      collector.close();
      native.close();
    },
    scanSeconds: 10,
  };
}
