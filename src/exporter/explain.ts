import type { Host, Roots } from "../model/host.ts";
import type { WorkloadRule } from "../model/workload-rule.ts";
import { explainDarwin } from "./1-discover/darwin-explain.ts";
import { explain as explainLinux, type Explanation } from "./1-discover/explain.ts";
import { createLaunchdJobs } from "./2-collect/darwin-launchd-jobs.ts";
import { createDarwinWatch } from "./2-collect/darwin-watch.ts";
import { type HousingOptions, housingOf } from "./housing-sources.ts";
import type { ExporterOptions } from "./options.ts";

/**
 * Why one process counts as MLX or not, or without a pid why all do that match or nearly do, on either platform. Engines
 * and clusters are asked as the exporter would ask them.
 */
export async function explain(
  host: Host,
  roots: Roots,
  rules: readonly WorkloadRule[],
  pid?: number,
  options: HousingOptions & Pick<ExporterOptions, "labelNames"> = {},
): Promise<readonly Explanation[]> {
  if (host.platform !== "darwin") {
    const { labelNames } = options;
    const housings = housingOf(host, options);
    try {
      return await explainLinux(host, roots, rules, pid, {
        housing: housings.source,
        ...(labelNames && { labelNames }),
      });
    } finally {
      housings.close();
    }
  }
  const { processes } = await createDarwinWatch(host, { gpu: false }).look();
  const native = host.openDarwin();
  const launchd = createLaunchdJobs(host, options.collectors?.has("launchd"));
  try {
    return await explainDarwin(host, rules, processes, native, launchd, pid);
  } finally {
    native.close();
  }
}
