import type { LimitName } from "../model/limit-plan.ts";

/** What a limit is called where no platform spells it. */
export const limitTitles: Readonly<Record<LimitName, string>> = {
  memory_high: "memory, soft",
  memory_max: "memory, hard",
  swap_max: "swap, hard",
  cpu_request: "CPU, asked for",
  cpu_max: "CPU, hard",
  tasks_max: "threads, hard",
  files_max: "open files, hard",
  gpu_count: "NVIDIA cards, hard",
  gpu_memory_max: "memory of an NVIDIA card, hard",
  mlx_memory: "MLX's memory, soft",
  mlx_cache: "MLX's cache, soft",
  mlx_wired: "MLX's wired memory, soft",
};
