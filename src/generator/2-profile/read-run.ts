import { profileResourceNames, type ProfileResource } from "../../catalog/profile-resources.ts";
import type { RecordedProcess, RecordingHeader, RecordingLine } from "../../model/recording.ts";
import type { Life, Run, RunLimit } from "../../model/run.ts";
import { createCensors } from "./censored.ts";
import { createCpuRates } from "./cpu-rates.ts";

/** Lines go in one after the other and are forgotten; at the end there is a run. */
export interface RunReader {
  add(line: RecordingLine): void;
  /** `whole`: the file ends with a line feed. */
  finish(whole: boolean): Run<ProfileResource>;
}

/** Prompts that mlx_lm.server's prompt cache keeps unless a flag says otherwise; requests, where prompts are not told apart. */
const promptsKept = 10;

const fields = {
  memory: (process) => process.memoryUsedBytes,
  rss: (process) => process.residentBytes,
  swap: (process) => process.swapBytes,
  gpu_memory: (process) => process.gpuMemoryBytes,
  allocator_active: (process) => process.allocatorActiveBytes,
  allocator_cache: (process) => process.allocatorCacheBytes,
  allocator_peak: (process) => process.allocatorPeakBytes,
  threads: (process) => process.threads,
  open_fds: (process) => process.openFds,
} as const satisfies Record<
  Exclude<ProfileResource, "cpu">,
  (process: RecordedProcess) => number | undefined
>;

/** Reads one recording. Of several processes each sample takes the largest, figure by figure: limits apply to processes. */
export function createRunReader(name: string, header: RecordingHeader): RunReader {
  const seconds: number[] = [];
  const columns = Object.fromEntries(
    profileResourceNames.map((resource) => [resource, [] as number[]]),
  ) as Record<ProfileResource, number[]>;
  const lives: Life[] = [];
  const limits = new Map<string, RunLimit>();
  const rates = createCpuRates(header.interval);
  const censors = createCensors();
  const marks = new Map<
    string,
    { readonly first: number; last: number; readonly young: boolean }
  >();
  let mostProcesses = 0;
  let begins = true;
  let ended = false;
  let load: Extract<RecordingLine, { kind: "load" }> | undefined;
  let loadStarted: number | undefined;
  let cachesFull: number | undefined;

  function addSample(sample: Extract<RecordingLine, { kind: "sample" }>): void {
    const { t, processes } = sample;
    const cores = processes.map((process) => rates.rate(t, process));
    censors.add(sample, cores);
    if (processes.length === 0) {
      begins = true;
      return;
    }
    if (begins) {
      const born = Math.min(...processes.map(({ startTime }) => startTime));
      lives.push({ at: seconds.length, age: header.started + t - born });
    }
    begins = false;
    seconds.push(t);
    mostProcesses = Math.max(mostProcesses, processes.length);
    columns.cpu.push(largest(cores));
    for (const [resource, field] of Object.entries(fields))
      columns[resource as ProfileResource].push(largest(processes.map(field)));
    for (const { pid, startTime, memoryPeakBytes } of processes) {
      if (memoryPeakBytes === undefined) continue;
      const key = `${pid} ${startTime}`;
      const mark = marks.get(key);
      if (mark !== undefined) mark.last = memoryPeakBytes;
      else {
        // A second of grace: a recording that starts its own command begins with it.
        const young = startTime >= header.started - 1;
        marks.set(key, { first: memoryPeakBytes, last: memoryPeakBytes, young });
      }
    }
  }

  return {
    add(line) {
      switch (line.kind) {
        case "sample":
          addSample(line);
          break;
        case "limits":
          censors.setLimits(line.limits);
          for (const { resource, source, scope, limit, hard } of line.limits)
            if (hard)
              limits.set(`${resource} ${source} ${scope} ${limit}`, {
                resource,
                source,
                scope,
                limit,
              });
          break;
        case "load":
          load = line;
          if (
            (line.distinctPrompts ?? line.requests) >=
            (header.caps?.promptCachePrompts ?? promptsKept)
          )
            cachesFull ??= line.t;
          break;
        case "note":
          if (line.note === "restart") begins = true;
          if (line.note === "load_started") loadStarted ??= line.t;
          break;
        case "end":
          ended = true;
          break;
        case "header":
          break;
      }
    },
    finish(whole) {
      const kernelPeak = peakOf([...marks.values()]);
      return {
        name,
        header,
        complete: whole && ended,
        seconds: Float64Array.from(seconds),
        columns: Object.fromEntries(
          profileResourceNames.map((resource) => [resource, Float64Array.from(columns[resource])]),
        ) as Record<ProfileResource, Float64Array>,
        lives,
        mostProcesses,
        ...(kernelPeak !== undefined && { kernelPeak }),
        limits: [...limits.values()],
        censored: censors.found(),
        ...(load !== undefined && {
          load: {
            requests: load.requests,
            errors: load.errors,
            ...(load.distinctPrompts !== undefined && { distinctPrompts: load.distinctPrompts }),
          },
        }),
        ...(loadStarted !== undefined && { loadStarted }),
        ...(cachesFull !== undefined && { cachesFull }),
      };
    },
  };
}

/** NaN when none is known. */
function largest(values: readonly (number | undefined)[]): number {
  return values.reduce<number>(
    (most, value) => (value === undefined || value <= most ? most : value),
    NaN,
  );
}

/** Of marks as high as each other one that was reached in the recording is taken. */
function peakOf(
  marks: readonly { readonly first: number; readonly last: number; readonly young: boolean }[],
): Run["kernelPeak"] {
  return marks
    .map(({ first, last, young }) => ({ bytes: last, older: !young && last <= first }))
    .reduce<Run["kernelPeak"]>((best, mark) => {
      const better =
        best === undefined ||
        mark.bytes > best.bytes ||
        (mark.bytes === best.bytes && best.older && !mark.older);
      return better ? mark : best;
    }, undefined);
}
