import type { Files } from "../model/host.ts";
import type { WorkloadRule } from "../model/workload-rule.ts";
import { beside, checkDocument, readText } from "./document.ts";
import { policyOf } from "./policy.ts";
import { probeOf } from "./probe-schema.ts";
import { configSchema, type Config } from "./schema.ts";

/** Loads a config file; `flag` is how the user named it. Relative paths in it start at its own folder. */
export function loadConfig(files: Files, path: string, flag = "--config.file"): Config {
  const { workloads, policy } = checkDocument(path, readText(files, path, flag), configSchema);
  return {
    workloads: workloads.map(({ probe, ...rule }) => ({
      ...(rule as WorkloadRule),
      ...(probe && { probe: probeOf(probe, (named) => beside(path, named)) }),
    })),
    ...(policy && { policy: policyOf(policy) }),
  };
}
