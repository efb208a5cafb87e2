import type { Host } from "../model/host.ts";
import { createDiscoverer } from "./1-discover/discover.ts";
import { createCollector } from "./2-collect/collect.ts";
import { createNvmlWatch } from "./2-collect/nvidia-watch.ts";
import { housingOf } from "./housing-sources.ts";
import type { Machine } from "./machine.ts";
import type { ExporterOptions } from "./options.ts";

/** A sample of NVML takes milliseconds, unless a call hangs. */
const nvidiaPatience = 0.5;

/** Linux: everything is a file, so a scan and a pass are cheap, and a look between them is cheaper still. */
export function createLinuxMachine(host: Host, options: ExporterOptions): Machine {
  const { roots } = options;
  const housing = housingOf(host, options);
  const discoverer = createDiscoverer(host, roots, { ...options, housing: housing.source });
  const collector = createCollector(host, roots, options.reportFolders);
  const nvml =
    options.collectors?.has("nvidia") === false
      ? undefined
      : createNvmlWatch(
          host.clock,
          host.openNvml(options.nvidiaLibrary),
          options.nvidiaPatienceSeconds ?? nvidiaPatience,
          (answer) => options.onNvidia?.(answer),
        );

  return {
    async scan(on, patienceSeconds) {
      // Before the scan: what that finds must be taken at once, or an older look would undo a newer one.
      const sampled = on.has("nvidia") ? await nvml?.look() : undefined;
      const began = host.clock.monotonicSeconds();
      const found = await discoverer.discover(patienceSeconds);
      const { processes } = found;
      housing.observe(processes);
      const sight = { ours: found.numbersAreOurs, machines: found.unseen === undefined };
      const asked = sampled && { ...sampled, sight };
      return {
        found,
        seconds: host.clock.monotonicSeconds() - began,
        collect() {
          const pass = collector.collect(processes, on, asked);
          return { ...pass, outcomes: [...pass.outcomes, ...housing.outcomes()] };
        },
      };
    },
    pulse: (processes) => collector.pulse(processes),
    oomKilledContainers: () => housing.oomKilledContainers(),
    tick() {
      housing.tick();
      discoverer.review();
      nvml?.tick();
    },
    configure(rules) {
      discoverer.configure(rules);
    },
    close() {
      nvml?.close();
      housing.close();
    },
    scanSeconds: 5,
  };
}
