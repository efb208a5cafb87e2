import type { Told } from "../model/container.ts";
import { inUnits } from "../model/in-units.ts";

/** What an engine or a cluster says of the container of a process, in one line; empty where nobody says anything. */
export function toldLine(told: Told): string {
  const { configuredMemoryLimitBytes: memory, configuredCpuLimitCores: cpu } = told;
  const limits = [
    ...(memory === undefined ? [] : [`memory ${inUnits("memory", memory)}`]),
    ...(cpu === undefined ? [] : [`CPU ${inUnits("cpu", cpu)}`]),
  ];
  return [
    ...(limits.length === 0 ? [] : [`configured limits: ${limits.join(", ")}`]),
    ...(told.restarts === undefined ? [] : [`restarts: ${told.restarts}`]),
    ...(told.lastTermination === undefined ? [] : [`last ended: ${told.lastTermination}`]),
    ...(told.owner === undefined ? [] : [`owner: ${told.owner}`]),
  ].join("; ");
}
