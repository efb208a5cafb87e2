import type { Host, Roots } from "../model/host.ts";
import type { WorkloadRule } from "../model/workload-rule.ts";
import { explainDarwin } from "./1-discover/darwin-explain.ts";
import { explain as explainLinux, type Explanation } from "./1-discover/explain.ts";
import { createLaunchdJobs } from "./2-collect/darwin-launchd-jobs.ts";
import { createDarwinWatch } from "./2-collect/darwin-watch.ts";
import { createEngineWatch } from "./housing/engine-watch.ts";
import type { ExporterOptions } from "./options.ts";

/** Why one process counts as MLX or not, or without a pid why all do that match or nearly do, on either platform. Container engines are asked where their sockets are given. */
export async function explain(
  host: Host,
  roots: Roots,
  rules: readonly WorkloadRule[],
  pid?: number,
  {
    engineSockets,
    labelNames,
    collectors,
  }: Pick<ExporterOptions, "engineSockets" | "labelNames" | "collectors"> = {},
): Promise<readonly Explanation[]> {
  if (host.platform !== "darwin") {
    if (engineSockets === undefined) return explainLinux(host, roots, rules, pid);
    const housing = createEngineWatch(host, { sockets: engineSockets });
    return explainLinux(host, roots, rules, pid, { housing, ...(labelNames && { labelNames }) });
  }
  const { processes } = await createDarwinWatch(host, { gpu: false }).look();
  const native = host.openDarwin();
  const launchd = createLaunchdJobs(host, collectors?.has("launchd"));
  try {
    return await explainDarwin(host, rules, processes, native, launchd, pid);
  } finally {
    native.close();
  }
}
