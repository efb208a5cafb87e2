import { inUnits } from "../../model/in-units.ts";
import type { RecordingSample } from "../../model/recording.ts";
import type { LoadLine } from "./tally.ts";

/** What a person sees while it records. */
export interface LiveFigures {
  /** One line: the phase, and what the workload uses. Profiles find the phases anew, from all of the samples. */
  show(sample: RecordingSample, load: LoadLine | undefined): string;
}

/** Memory that has moved by less than this over so many samples is steady. */
const steadyShare = 0.02;
const steadySamples = 5;

export function createLiveFigures(): LiveFigures {
  const memories: number[] = [];
  let before: RecordingSample | undefined;
  let peak = 0;
  return {
    show(sample, load) {
      const { processes } = sample;
      const memory = sum(processes.map(({ memoryUsedBytes }) => memoryUsedBytes));
      const gpu = sum(processes.map(({ gpuMemoryBytes }) => gpuMemoryBytes));
      const cores = before === undefined ? undefined : coresBetween(before, sample);
      memories.push(memory ?? 0);
      memories.splice(0, memories.length - steadySamples);
      before = sample;
      peak = Math.max(peak, ...processes.map((one) => one.memoryPeakBytes ?? 0));
      return [
        processes.length === 0 ? "no process" : phase(memories),
        ...(processes.length > 1 ? [`${processes.length} processes`] : []),
        ...(memory === undefined ? [] : [`memory ${inUnits("memory", memory)}`]),
        ...(peak === 0 ? [] : [`peak ${inUnits("memory", peak)}`]),
        ...(gpu === undefined || gpu === 0 ? [] : [`GPU ${inUnits("memory", gpu)}`]),
        ...(cores === undefined ? [] : [`CPU ${inUnits("cpu", cores)}`]),
        ...(load === undefined ? [] : [loadText(load)]),
      ].join(", ");
    },
  };
}

function phase(memories: readonly number[]): string {
  const [least, most] = [Math.min(...memories), Math.max(...memories)];
  return memories.length === steadySamples && most - least < steadyShare * most ? "steady" : "load";
}

function loadText({ requests, errors, distinctPrompts, latencyP50 }: LoadLine): string {
  const failed = errors === 0 ? "" : `, ${errors} failed`;
  const prompts = distinctPrompts === undefined ? "" : `, ${distinctPrompts} prompts`;
  const latency = latencyP50 === undefined ? "" : `, ${latencyP50.toFixed(2)} s each`;
  return `${requests} requests${failed}${prompts}${latency}`;
}

/** Of the processes that are in both. */
function coresBetween(before: RecordingSample, sample: RecordingSample): number | undefined {
  const passed = sample.t - before.t;
  if (passed <= 0) return undefined;
  const used = sample.processes.map(({ pid, startTime, cpuSeconds }) => {
    const earlier = before.processes.find((one) => one.pid === pid && one.startTime === startTime);
    return cpuSeconds === undefined || earlier?.cpuSeconds === undefined
      ? undefined
      : cpuSeconds - earlier.cpuSeconds;
  });
  const total = sum(used);
  return total === undefined ? undefined : total / passed;
}

/** Of what is known; undefined when nothing is. */
function sum(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}
