import type { Profile } from "../../model/profile.ts";
import type { RecordingHeader } from "../../model/recording.ts";

/** What moves every figure when it differs; a kernel's patch level does not. */
const decisive = ["memoryBytes", "cpu", "gpus", "mlx", "mlxLm", "runtime", "model"] as const;

/** Where it was recorded and with what. Headers are in order of time, and the newest one speaks for all. */
export function environmentOf(headers: readonly RecordingHeader[]): {
  readonly environment: Pick<Profile, "host" | "versions" | "runtime" | "model" | "mixed">;
  /** What differs, of what should not. */
  readonly mixed: readonly string[];
} {
  const newest = headers.at(-1);
  if (newest === undefined) return { environment: {}, mixed: [] };
  const { host, versions } = newest;
  const { runtime, model } = headers.findLast(runsTheWorkload) ?? newest;
  const { memoryBytes, os, cpu, kernel, cpuCores, gpus } = host;
  const mixed = Object.entries(facts).flatMap(([name, fact]) => {
    const said = [...new Set(headers.map(fact).filter((text) => text !== undefined))].sort();
    return said.length > 1 ? [[name, said] as const] : [];
  });
  const bytes = Math.round(memoryBytes ?? 0);
  return {
    environment: {
      host: {
        ...(os !== undefined && { os }),
        ...(kernel !== undefined && { kernel }),
        ...(cpu !== undefined && { cpu }),
        ...(cpuCores !== undefined && { cpuCores }),
        ...(bytes >= 1 && { memoryBytes: bytes }),
        ...(gpus !== undefined && gpus.length > 0 && { gpus }),
      },
      versions,
      ...(runtime !== undefined && { runtime }),
      ...(model !== undefined && { model }),
      ...(mixed.length > 0 && { mixed: Object.fromEntries(mixed) }),
    },
    mixed: mixed
      .map(([name]) => name)
      .filter((name) => (decisive as readonly string[]).includes(name)),
  };
}

const facts: Readonly<Record<string, (header: RecordingHeader) => string | undefined>> = {
  os: ({ host }) => host.os,
  kernel: ({ host }) => host.kernel,
  cpu: ({ host }) => host.cpu,
  cpuCores: ({ host }) => host.cpuCores?.toString(),
  memoryBytes: ({ host }) => host.memoryBytes?.toString(),
  gpus: ({ host }) => host.gpus?.join(", "),
  mlxHeadroom: ({ versions }) => versions.mlxHeadroom,
  mlx: ({ versions }) => versions.mlx,
  mlxLm: ({ versions }) => versions.mlxLm,
  python: ({ versions }) => versions.python,
  runtime: (header) => (runsTheWorkload(header) ? header.runtime : undefined),
  model: (header) => (runsTheWorkload(header) ? header.model?.name : undefined),
};

/** In `import` the interpreter and the framework run alone: a program of our own, without a model. */
function runsTheWorkload({ scenario }: RecordingHeader): boolean {
  return scenario !== "import";
}
