import type { ExporterOptions } from "../exporter/exporter.ts";
import type { Call, Option, Output } from "../model/command.ts";
import type { Host } from "../model/host.ts";
import { collectorFlags, collectorsOf } from "./collector-options.ts";
import { kubernetesFlags, kubernetesOptions } from "./kubernetes-options.ts";

const switches = ["collector.containers", "collector.kubernetes"];

/** Flags of a command that has engines and clusters asked, and no other collector to switch. */
export const housingFlags: Readonly<Record<string, Option>> = {
  ...Object.fromEntries(Object.entries(collectorFlags).filter(([name]) => switches.includes(name))),
  ...kubernetesFlags,
};

/** Reads those flags, and those of all other collectors where the command has them. */
export function housingOptions(
  command: string,
  call: Call,
  { platform }: Host,
  { environment }: Output,
): Pick<ExporterOptions, "collectors" | "kubernetes"> {
  const collectors = collectorsOf(call);
  const asks = collectors.has("kubernetes") && platform === "linux";
  return {
    collectors,
    ...(asks && { kubernetes: kubernetesOptions(command, call, environment) }),
  };
}
