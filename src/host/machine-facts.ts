import systeminformation from "systeminformation";
import type { MachineFacts } from "../model/host.ts";

/** Asks the operating system what this machine is. Slow, and it may start programs: once at start, never in a scrape. */
export async function readMachineFacts(): Promise<MachineFacts> {
  const [os, cpu, graphics] = await Promise.all([
    systeminformation.osInfo(),
    systeminformation.cpu(),
    systeminformation.graphics(),
  ]);
  return {
    hostname: os.hostname,
    os: `${os.distro} ${os.release}`.trim(),
    kernel: os.kernel,
    cpu: `${cpu.manufacturer} ${cpu.brand}`.trim(),
    gpus: graphics.controllers
      .map((controller) => controller.model)
      .filter((model) => model !== ""),
  };
}
