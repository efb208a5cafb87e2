import type { MemoryHost } from "./memory-host.ts";

/** The same processes seen from a PID namespace that holds them all, and nothing of the kernel's own. */
export function inPidNamespace(host: MemoryHost): MemoryHost {
  host.remove("/proc/2");
  host.put("/proc/1/stat", "1 (sh) S 0 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 2 0 0");
  host.put("/proc/self/ns/pid", "-> pid:[4026532178]");
  return host;
}
