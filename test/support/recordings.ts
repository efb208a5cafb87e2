import type { RecordedProcess, RecordingHeader, RecordingLine } from "../../src/model/recording.ts";
import { normal, seeded } from "./seeded.ts";

/** A header of a recording of `chat`; parts can be replaced. */
export function header(changes: Partial<RecordingHeader> = {}): RecordingHeader {
  return {
    kind: "header",
    format: "mlx-headroom/recording",
    version: 1,
    workload: "chat",
    scenario: "average",
    started: 1_794_816_000,
    interval: 1,
    source: "live",
    host: {
      os: "Ubuntu 24.04",
      kernel: "6.8.0",
      cpu: "A CPU",
      cpuCores: 8,
      memoryBytes: 64 * 2 ** 30,
      gpus: [],
    },
    versions: { mlxHeadroom: "0.1.0", mlx: "0.31.2", mlxLm: "0.31.3", python: "3.12.4" },
    runtime: "mlx_lm.server",
    model: { name: "Qwen2.5-14B-Instruct-4bit", bytes: 8_300_000_000 },
    ...changes,
  };
}

/** One process of a sample; parts can be replaced. */
export function process(changes: Partial<RecordedProcess> = {}): RecordedProcess {
  return { pid: 4242, startTime: 1_794_000_000, role: "server", ...changes };
}

/** A sample with one process. */
export function sample(t: number, changes: Partial<RecordedProcess> = {}): RecordingLine {
  return { kind: "sample", t, processes: [process(changes)] };
}

/** Samples one second apart, each with this much memory. */
export function memorySamples(bytes: readonly number[]): readonly RecordingLine[] {
  return bytes.map((memoryUsedBytes, t) => sample(t, { memoryUsedBytes }));
}

export function end(t: number): RecordingLine {
  return { kind: "end", t, reason: "duration" };
}

/** Lines as they lie on disk. */
export function jsonLines(lines: readonly RecordingLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

export interface Made {
  readonly seed: number;
  readonly samples: number;
  readonly scenario: string;
  readonly started?: number;
  readonly changes?: Partial<RecordingHeader>;
  /** Whether the server starts with the recording: its model loads, and its caches fill. */
  readonly starts?: boolean;
  readonly level?: number;
  readonly limit?: number;
}

const gibibyte = 2 ** 30;

/** What a server does, made up: a model that loads, a cache that fills, and then ups and downs. All ten resources. */
export function madeRecording({
  seed,
  samples,
  scenario,
  started = 1_794_816_000 + seed * 3600,
  changes = {},
  starts = false,
  level = 9,
  limit = 16,
}: Made): readonly RecordingLine[] {
  const random = seeded(seed);
  const gauss = normal(random);
  const startTime = starts ? started : started - 90_000;
  let [slow, busy, cpuSeconds, most] = [gauss(), gauss(), 0, 0];
  const lines: RecordingLine[] = [
    header({ scenario, started, ...changes }),
    {
      kind: "limits",
      t: 0,
      limits: [
        {
          pid: 4242,
          resource: "memory",
          source: "cgroup",
          scope: "/chat.slice",
          hard: true,
          limit: limit * gibibyte,
        },
        {
          pid: 4242,
          resource: "open_fds",
          source: "rlimit",
          scope: "process",
          hard: true,
          limit: 1024,
        },
      ],
    },
  ];
  if (starts) lines.push({ kind: "note", t: 40, note: "load_started" });
  for (let t = 0; t < samples; t++) {
    slow = 0.9 * slow + Math.sqrt(1 - 0.81) * gauss();
    busy = 0.6 * busy + 0.8 * gauss();
    const loading = starts ? Math.min(1, t / 30) : 1;
    const filling = starts ? Math.min(1, Math.max(0, (t - 40) / 120)) : 1;
    const memory = (0.2 + (level - 2) * loading + 1.8 * filling + 0.15 * slow * filling) * gibibyte;
    const cores = Math.max(0, (loading < 1 ? 3.5 : 1.1) + 0.4 * busy);
    cpuSeconds += cores;
    most = Math.max(most, Math.round(memory + Math.abs(gauss()) * 0.05 * gibibyte));
    lines.push(
      sample(t, {
        startTime,
        memoryUsedBytes: Math.round(memory),
        memoryPeakBytes: most,
        residentBytes: Math.round(memory * 0.97),
        swapBytes: 0,
        gpuMemoryBytes: Math.round(memory * 0.8),
        allocatorActiveBytes: Math.round(memory * 0.7),
        allocatorCacheBytes: Math.round(Math.max(0, 0.4 + 0.1 * slow) * gibibyte * filling),
        allocatorPeakBytes: Math.round(most * 0.75),
        cpuSeconds: Math.round(cpuSeconds * 100) / 100,
        openFds: 28 + Math.round(Math.abs(slow) * 3),
        threads: 24,
      }),
    );
    if (starts && t > 40 && t % 10 === 0) {
      const requests = (t - 40) / 10;
      lines.push({ kind: "load", t, requests, errors: 0, distinctPrompts: Math.min(requests, 14) });
    }
  }
  lines.push(end(samples));
  return lines;
}
