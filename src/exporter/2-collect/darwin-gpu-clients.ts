import type { DarwinCommand } from "./darwin-command.ts";
import { parseRegistry } from "./darwin-ioreg.ts";

/** Who talks to the GPU. Readable by everybody; 80 to 160 clients on a desktop. */
export const gpuClientsCommand: DarwinCommand = {
  path: "/usr/sbin/ioreg",
  args: ["-r", "-c", "AGXDeviceUserClient", "-d", "1", "-w", "0"],
};

/** One connection of a process to the GPU; a process may have several. */
export interface GpuClient {
  /** The connection's own number, which no later one gets. */
  readonly id: string;
  readonly pid: number;
  /** GPU time since it was opened: 0 where nothing ran yet, absent where the driver keeps none. */
  readonly nanoseconds?: number;
}

/** Parses what ioreg printed. The creator stands behind the time that it used, in the same part. */
export function parseGpuClients(stdout: Buffer): readonly GpuClient[] {
  return parseRegistry(stdout.toString("utf8")).flatMap(({ id, property }) => {
    const creator = /^"pid (\d{1,10}), /.exec(property("IOUserClientCreator") ?? "");
    if (creator === null) return [];
    const usage = property("AppUsage");
    const client = { id, pid: Number(creator[1]) };
    return [usage === undefined ? client : { ...client, nanoseconds: sumOf(usage) }];
  });
}

function sumOf(usage: string): number {
  const times = usage.matchAll(/"accumulatedGPUTime"=(\d{1,20})(?=[,}])/g);
  return [...times].reduce((sum, [, nanoseconds]) => sum + Number(nanoseconds), 0);
}
