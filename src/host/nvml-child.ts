/**
 * The child program of nvml.ts. It keeps NVML open and answers each line of its input with one line of JSON. It ends
 * with its parent, whose end of the pipe then closes. The path of the library may be its argument.
 */
import { readSync, writeSync } from "node:fs";
import type { NvmlAnswer } from "../model/nvml.ts";
import { nvmlCodes, reasonOfNvml } from "./nvml-calls.ts";
import { loadNvml } from "./nvml-library.ts";
import { createNvmlSampler, type NvmlSampler } from "./nvml-sample.ts";

// Ctrl-C reaches the whole terminal; when to end is the parent's to say.
for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const) process.on(signal, () => undefined);

const opened = await open(process.argv[2]);
const chunk = Buffer.alloc(256);
for (let got = next(); got > 0; got = next()) {
  for (const byte of chunk.subarray(0, got)) if (byte === 0x0a) answer();
}

function next(): number {
  return readSync(0, chunk, 0, chunk.length, null);
}

async function open(path: string | undefined): Promise<NvmlSampler | NvmlAnswer> {
  const library = await loadNvml(path);
  if (library.kind !== "loaded") return { kind: "off", why: library.kind, detail: library.detail };
  const code = library.call("nvmlInit_v2");
  if (code === nvmlCodes.success) return createNvmlSampler(library.call);
  const detail = `nvmlInit_v2 returned ${code}`;
  if (code === nvmlCodes.driverNotLoaded) return { kind: "off", why: "no_driver", detail };
  if (code === nvmlCodes.libraryNotFound) return { kind: "off", why: "no_library", detail };
  return { kind: "failed", reason: reasonOfNvml(code), detail };
}

function answer(): void {
  if ("kind" in opened) {
    write(opened);
    return;
  }
  const sample = opened.sample();
  write(
    typeof sample === "number"
      ? {
          kind: "failed",
          reason: reasonOfNvml(sample),
          detail: `nvmlDeviceGetCount_v2 returned ${sample}`,
        }
      : { kind: "sampled", sample },
  );
}

function write(told: NvmlAnswer): void {
  const bytes = Buffer.from(`${JSON.stringify(told)}\n`, "utf8");
  for (let written = 0; written < bytes.length;) written += writeSync(1, bytes, written);
}
