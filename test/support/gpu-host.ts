import type { NvmlAnswer, NvmlDevice } from "../../src/model/nvml.ts";
import { known } from "../../src/model/figure.ts";
import { fixtureHost } from "./fixture-host.ts";
import type { MemoryHost } from "./memory-host.ts";

const gib = 1024 ** 3;

/** 24 GiB, half a GiB of which the driver keeps; our server has 8 GiB, a stranger 2, and 9 are in nobody's name. */
export const device: NvmlDevice = {
  uuid: "GPU-1",
  name: "Stand-in L4",
  totalBytes: known(24 * gib),
  usedBytes: known(19.5 * gib),
  reservedBytes: known(0.5 * gib),
  utilizationRatio: known(0.75),
  processes: [
    { pid: 4242, memoryBytes: known(8 * gib), utilizationRatio: known(0.5) },
    { pid: 5555, memoryBytes: known(2 * gib), utilizationRatio: known(0.25) },
  ],
  instances: [],
};

/** What NVML answers of these. */
export function sampled(...devices: readonly NvmlDevice[]): NvmlAnswer {
  return { kind: "sampled", sample: { devices, lost: [] } };
}

/** The server of unified-v2 on a machine with that GPU, in the machine's own PID namespace. */
export function gpuHost(answer: NvmlAnswer | "hangs" = sampled(device)): MemoryHost {
  const host = fixtureHost("unified-v2", { pid: 900 });
  host.put("/proc/self/status", "Name:\tnode\nPid:\t900\nNSpid:\t900\n");
  host.put("/proc/2/stat", "2 (kthreadd) S 0 0 0 0 -1 2097152 0 0 0 0 0 0 0 0 20 0 1 0 2 0 0");
  host.put("/proc/4242/environ", "PATH=/bin\0");
  host.setNvml(answer);
  return host;
}
