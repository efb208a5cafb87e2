import { fixtureMac } from "./fixture-mac.ts";
import { gpuHost } from "./gpu-host.ts";
import { servePage } from "./status-page.ts";

/** Exporters that are ours, over machines that are not there. */
export interface StandInExporters {
  /** HOST:PORT of each. */
  readonly addresses: readonly string[];
  close(): Promise<void>;
}

/**
 * Stands in for what a test machine need not have: a Linux host with an NVIDIA GPU and cgroups of version 2, and a Mac.
 * Names and labels are the exporter's own; the figures are fixtures that never move.
 */
export async function standInExporters(): Promise<StandInExporters> {
  const pages = await Promise.all([gpuHost(), fixtureMac("mac-swapped")].map(servePage));
  return {
    addresses: pages.map(({ url }) => new URL(url).host),
    close: async () => {
      for (const page of pages) await page.close();
    },
  };
}
