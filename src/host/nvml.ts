import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import type { Nvml, NvmlAnswer, NvmlOff, NvmlSample } from "../model/nvml.ts";
import { killNow } from "./answering-child.ts";
import { keepChild, linkerEnvironment } from "./kept-child.ts";

export interface NvmlOptions {
  /** A library to load instead of the one that the linker finds. */
  readonly libraryPath?: string | undefined;
  /** How long a child may take: for its first answer, since opening the driver takes seconds, and for each after. */
  readonly firstPatienceSeconds?: number;
  readonly patienceSeconds?: number;
  /** Ends a child, or tries to. */
  readonly kill?: (child: ChildProcess) => void;
}

/** What stands in /dev where a driver of NVIDIA's is loaded: on PCs and servers, on Jetsons, under WSL. */
const devices = ["/dev/nvidiactl", "/dev/nvgpu", "/dev/nvhost-ctrl-gpu", "/dev/dxg"];

type Sampled = { readonly kind: "sampled"; readonly sample: NvmlSample };

/**
 * Asks NVML in a child process, started at the first question and kept. Where no driver is loaded none is started. What
 * a child says cannot be mended by asking again (no koffi, no library) is not asked again.
 */
export function realNvml(options: NvmlOptions = {}): Nvml {
  const { libraryPath, firstPatienceSeconds = 20, patienceSeconds = 5, kill = killNow } = options;
  const child = keepChild<"sample", Sampled, NvmlOff>({
    program: "./nvml-child.js",
    args: libraryPath === undefined ? [] : [libraryPath],
    env: linkerEnvironment(),
    firstPatienceSeconds,
    patienceSeconds,
    kill,
    write: (question) => `${question}\n`,
  });
  let open: Promise<NvmlAnswer> | undefined;
  return {
    sample() {
      if (open !== undefined) return open;
      if (libraryPath === undefined && !devices.some((path) => existsSync(path))) {
        const detail = `none of ${devices.join(", ")} is there`;
        return Promise.resolve({ kind: "off", why: "no_driver", detail });
      }
      const answer = child.ask("sample");
      open = answer;
      void answer.then(() => {
        open = undefined;
      });
      return answer;
    },
    close() {
      child.close();
    },
  };
}
