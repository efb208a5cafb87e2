/**
 * The child program of nvml.ts. It keeps NVML open and answers each line of its input with a sample. The path of the
 * library may be its argument.
 */
import type { NvmlAnswer } from "../model/nvml.ts";
import { answerLines, leaveEndingToParent, sayReady } from "./answer-lines.ts";
import { nvmlCodes, reasonOfNvml } from "./nvml-calls.ts";
import { loadNvml } from "./nvml-library.ts";
import { createNvmlSampler, type NvmlSampler } from "./nvml-sample.ts";

leaveEndingToParent();
sayReady();
const opened = await open(process.argv[2]);
answerLines(() => ("kind" in opened ? opened : answer(opened)));

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

function answer(sampler: NvmlSampler): NvmlAnswer {
  const sample = sampler.sample();
  return typeof sample === "number"
    ? {
        kind: "failed",
        reason: reasonOfNvml(sample),
        detail: `nvmlDeviceGetCount_v2 returned ${sample}`,
      }
    : { kind: "sampled", sample };
}
