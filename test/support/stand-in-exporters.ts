import { readFileSync } from "node:fs";
import { testPath } from "./fixture-host.ts";
import { fixtureMac, parseCommandFile } from "./fixture-mac.ts";
import { gpuHost } from "./gpu-host.ts";
import type { MemoryHost } from "./memory-host.ts";
import { servePage } from "./status-page.ts";

/** Exporters that are ours, over machines that are not there. */
export interface StandInExporters {
  /** HOST:PORT by what it is called. */
  readonly addresses: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** What the one with a GPU calls its server, and the Mac its own. */
export const standInWorkloads = {
  gpu: "mlx_lm.server:coder",
  mac: "mlx_lm.server:qwen3.5-9b",
} as const;

/**
 * Stands in for what a test machine need not have: a Linux host with an NVIDIA GPU and cgroups of version 2 on which a
 * rank runs and is throttled, and a Mac on which somebody set how much may be wired. Names and labels are the exporter's
 * own; the figures are fixtures that never move but for that throttling.
 */
export async function standInExporters(): Promise<StandInExporters> {
  const linux = gpuHost();
  linux.put("/proc/4242/environ", "PATH=/bin\0MLX_RANK=0\0");
  // Not the name of the lab's own servers, which may run beside it.
  const command = ["python3", "mlx_lm.server", "--model", "/srv/models/coder", "--port", "18777"];
  linux.put("/proc/4242/cmdline", `${command.join("\0")}\0`);
  const mac = fixtureMac("mac-swapped");
  setWiredLimit(mac);
  const throttling = setInterval(throttleOnceMore(linux), 500);
  const pages = { "stand-in-gpu": await servePage(linux), "stand-in-mac": await servePage(mac) };
  const named = Object.entries(pages).map(([name, { url }]) => [name, new URL(url).host]);
  return {
    addresses: Object.fromEntries(named) as StandInExporters["addresses"],
    close: async () => {
      clearInterval(throttling);
      for (const page of Object.values(pages)) await page.close();
    },
  };
}

/** Lets five periods of the server's CPU quota pass, the last of them used up early. */
function throttleOnceMore(linux: MemoryHost): () => void {
  let times = 0;
  return () => {
    times += 1;
    const stat = {
      usage_usec: 1e6,
      nr_periods: 5 * times,
      nr_throttled: times,
      throttled_usec: times,
    };
    const lines = Object.entries(stat).map(([name, value]) => `${name} ${value}\n`);
    linux.put("/sys/fs/cgroup/mlx.slice/chat.service/cpu.stat", lines.join(""));
  };
}

function setWiredLimit(mac: MemoryHost): void {
  const recorded = readFileSync(testPath("fixtures/hosts/mac-swapped/commands/sysctl.txt"));
  const { line, run } = parseCommandFile(
    Buffer.from(recorded.toString("latin1").replace(/(wired_limit_mb:) 0$/m, "$1 20480"), "latin1"),
    "sysctl.txt",
  );
  mac.setCommand(line, run);
}
