import type { LimitPlan } from "../../model/limit-plan.ts";
import { hashed, notEnforced } from "./limit-rows.ts";
import { settings, text } from "./limits-lines.ts";

const MiB = 1024 ** 2;

/** What a client of NVIDIA's Multi-Process Service is held to, and the same for all clients of a daemon as a comment. */
export function emitMps(head: readonly string[], limits: LimitPlan): string {
  const memory = limits.settings.find(({ name }) => name === "gpu_memory_max");
  const forAll = (value: number) => [
    "For all clients of the daemon instead, of which each may only set less for itself; the exporter sees the variable alone:",
    `  echo "set_default_device_pinned_mem_limit 0 ${whole(value)}" | nvidia-cuda-mps-control`,
  ];
  return text([
    ...hashed(head),
    "",
    ...hashed([
      "The daemon is started as the user whose programs share the card: nvidia-cuda-mps-control -d",
      "Device 0 is the first that the program sees, the one that MLX computes on. A fault of one client can end all of them.",
    ]),
    "",
    ...settings("mps.env", limits, (key, value) => `${key}=0=${whole(value)}`),
    ...hashed([
      ...(memory === undefined ? [] : forAll(memory.value)),
      ...notEnforced("mps.env", limits),
    ]),
  ]);
}

/** MPS takes whole numbers with a unit alone. */
function whole(bytes: number): string {
  return `${Math.floor(bytes / MiB)}M`;
}
