/**
 * `npm run bench:gpu`: GPU memory as the exporter reads it beside what nvidia-smi says at the same time, and what a sample
 * costs beside starting nvidia-smi. For a person with a GPU: start an MLX server on it first. Needs nvidia-smi.
 */
import { execFileSync } from "node:child_process";
import { findExecutable } from "../lab/find-executable.ts";
import { readGpus } from "../src/exporter/2-collect/nvidia.ts";
import { realNvml } from "../src/host/nvml.ts";
import type { Figure } from "../src/model/figure.ts";

if (findExecutable("nvidia-smi") === undefined) {
  console.error("bench:gpu needs nvidia-smi in the PATH, and a GPU that it can see.");
  process.exit(2);
}

const nvml = realNvml();
// Opens the driver, and utilisation needs a look before.
await nvml.sample();
const answer = await nvml.sample();
if (answer.kind !== "sampled") {
  console.error(`bench:gpu could not read the GPU: ${JSON.stringify(answer)}.`);
  process.exit(2);
}

console.log(
  "GPU, MiB: used and total here (what the driver keeps, nobody's) | used and total by nvidia-smi",
);
const told = smi("gpu=uuid,memory.used,memory.total");
const { gpus = [] } = readGpus(answer, { ours: true, machines: true });
for (const device of answer.sample.devices) {
  const gpu = gpus.find(({ uuid }) => uuid === device.uuid);
  const [, used, total] = told.find(([uuid]) => uuid === device.uuid) ?? [];
  const ours = `${mebibytes(device.usedBytes)} of ${mebibytes(device.totalBytes)} (${mebibytes(device.reservedBytes)}, ${mebibytes(gpu?.memoryUnattributedBytes)})`;
  console.log(`${device.uuid}: ${ours} | ${used ?? "?"} of ${total ?? "?"}`);
}

console.log("\nProcess, MiB: here | by nvidia-smi, which lists those that compute");
const apps = smi("compute-apps=pid,used_gpu_memory");
for (const device of answer.sample.devices) {
  for (const part of device.instances.length > 0 ? device.instances : [device]) {
    for (const { pid, memoryBytes, utilizationRatio } of part.processes) {
      const theirs = apps.find(([each]) => each === String(pid))?.[1] ?? "-";
      const busy = "value" in utilizationRatio ? utilizationRatio.value : utilizationRatio.missing;
      console.log(`${pid} on ${part.uuid}: ${mebibytes(memoryBytes)} (busy: ${busy}) | ${theirs}`);
    }
  }
}

const samples = await milliseconds(200, () => nvml.sample());
const spawned = await milliseconds(10, () => smi("gpu=uuid,memory.used"));
console.log(
  `\nA sample of everything takes ${samples.toFixed(2)} ms (median of 200), nvidia-smi for two fields ${spawned.toFixed(0)} ms (median of 10).`,
);
nvml.close();

/** Rows of `nvidia-smi --query-…`. */
function smi(query: string): readonly (readonly string[])[] {
  const args = [`--query-${query}`, "--format=csv,noheader,nounits"];
  const text = execFileSync("nvidia-smi", args, { encoding: "utf8" });
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split(",").map((field) => field.trim()));
}

function mebibytes(figure: Figure | undefined): string {
  if (figure === undefined) return "?";
  return "value" in figure ? (figure.value / 1024 ** 2).toFixed(0) : figure.missing;
}

async function milliseconds(times: number, action: () => unknown): Promise<number> {
  const took: number[] = [];
  for (let time = 0; time < times; time++) {
    const began = performance.now();
    await action();
    took.push(performance.now() - began);
  }
  return took.sort((a, b) => a - b)[Math.floor(times / 2)] ?? NaN;
}
