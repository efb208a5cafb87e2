import type { ProcessTable } from "../../model/darwin.ts";
import type { Host } from "../../model/host.ts";
import { acceleratorCommand, parseAccelerator, type Accelerator } from "./darwin-accelerator.ts";
import { ask, type Told } from "./darwin-command.ts";
import { gpuClientsCommand, parseGpuClients, type GpuClient } from "./darwin-gpu-clients.ts";
import { parsePs, psCommand, tableOf } from "./darwin-ps.ts";
import { parseSysctl, sysctlCommand, type Sysctl } from "./darwin-sysctl.ts";
import { parseVmStat, vmStatCommand, type VmStat } from "./darwin-vm-stat.ts";

/** What the machine's commands told at about one moment. Each fails by itself. */
export interface DarwinTable {
  /** When it was asked, monotonic seconds. */
  readonly at: number;
  readonly processes: ProcessTable;
  readonly gpuClients: Told<readonly GpuClient[]>;
  /** At most five seconds older, as is what follows. */
  readonly accelerator: Told<{ readonly found: Accelerator | undefined }>;
  readonly sysctl: Told<Sysctl>;
  readonly vmStat: Told<VmStat>;
  /** How long each collector's commands took when they were last run. */
  readonly seconds: Readonly<Record<"process" | "gpu" | "host", number>>;
}

/** What a Mac says, for whoever looks: discovery and the collectors share one table. */
export interface DarwinWatch {
  /** A table of now, or one that is young enough. Never rejects, and takes no longer than a command that is killed. */
  look(): Promise<DarwinTable>;
}

export interface DarwinWatchOptions {
  /** A table serves all looks for this long; then everything is asked again. */
  readonly freshSeconds?: number;
  /** Whether the GPU is asked about; it is when absent. */
  readonly gpu?: boolean;
}

/** What the host has changes slowly, and bounds things that do. */
const hostFreshSeconds = 5;

/** What nobody wants to know. */
export const switchedOff = {
  missing: "not_measured",
  detail: "its collector is switched off",
} as const;
const off = { told: switchedOff, seconds: 0 };

export function createDarwinWatch(
  host: Pick<Host, "commands" | "clock">,
  { freshSeconds = 2, gpu = true }: DarwinWatchOptions = {},
): DarwinWatch {
  let latest: DarwinTable | undefined;
  let open: Promise<DarwinTable> | undefined;
  let ofHost:
    { readonly at: number; readonly read: Awaited<ReturnType<typeof readHost>> } | undefined;

  async function readHost() {
    const [accelerator, sysctl, vmStat] = await Promise.all([
      gpu ? ask(host, acceleratorCommand, parseAccelerator) : off,
      ask(host, sysctlCommand, parseSysctl),
      ask(host, vmStatCommand, parseVmStat),
    ]);
    return { accelerator, sysctl, vmStat };
  }

  async function freshHost(at: number) {
    if (ofHost === undefined || at - ofHost.at >= hostFreshSeconds)
      ofHost = { at, read: await readHost() };
    return ofHost.read;
  }

  async function read(): Promise<DarwinTable> {
    const at = host.clock.monotonicSeconds();
    const [ps, clients, { accelerator, sysctl, vmStat }] = await Promise.all([
      ask(host, psCommand, (stdout) => orNothing(parsePs(stdout))),
      gpu ? ask(host, gpuClientsCommand, parseGpuClients) : off,
      freshHost(at),
    ]);
    return {
      at,
      processes: tableOf(ps.told),
      gpuClients: clients.told,
      accelerator: accelerator.told,
      sysctl: sysctl.told,
      vmStat: vmStat.told,
      // Commands run beside each other; this is what each collector cost.
      seconds: {
        process: ps.seconds,
        gpu: clients.seconds + accelerator.seconds,
        host: sysctl.seconds + vmStat.seconds,
      },
    };
  }

  return {
    async look() {
      const age = host.clock.monotonicSeconds() - (latest?.at ?? -Infinity);
      if (latest !== undefined && open === undefined && age < freshSeconds) return latest;
      open ??= read().finally(() => {
        open = undefined;
      });
      latest = await open;
      return latest;
    },
  };
}

/** Every machine has processes: a list without any is none. */
function orNothing<T>(rows: readonly T[]): readonly T[] | undefined {
  return rows.length === 0 ? undefined : rows;
}
