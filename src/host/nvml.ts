import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import type { Nvml, NvmlAnswer } from "../model/nvml.ts";
import { killNow, startAnsweringChild, type AnsweringChild } from "./answering-child.ts";

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

/** Children at the same time, those that were given up and have not ended included: each takes memory. */
const mostChildren = 2;

/** How long to wait before another child is started, after so many in a row that came to nothing. */
const backOffSeconds = [1, 2, 4, 8, 15, 30, 60] as const;

/**
 * Asks NVML in a child process, started at the first question and kept. Where no driver is loaded none is started. A
 * child that does not answer in time is killed and given up, and the next one waits a while longer each time. What a
 * child says cannot be mended by asking again (no koffi, no library) is not asked again.
 */
export function realNvml(options: NvmlOptions = {}): Nvml {
  const { libraryPath, firstPatienceSeconds = 20, patienceSeconds = 5, kill = killNow } = options;
  let child: AnsweringChild<"sample"> | undefined;
  let answered = false;
  /** Children that live, whether they answer or not. */
  let living = 0;
  let failures = 0;
  let notBefore = -Infinity;
  /** What is said while no child is asked. */
  let said: NvmlAnswer = { kind: "blocked" };
  let open: { readonly answer: Promise<NvmlAnswer>; resolve(answer: NvmlAnswer): void } | undefined;

  function settle(answer: NvmlAnswer): void {
    said = answer;
    if (answer.kind === "sampled") {
      answered = true;
      failures = 0;
    } else {
      // Whatever went wrong, a new child finds it mended first: a new driver, a GPU that is back.
      child?.close();
      child = undefined;
      notBefore = seconds() + (backOffSeconds[Math.min(failures, backOffSeconds.length - 1)] ?? 60);
      failures += 1;
    }
    open?.resolve(answer);
    open = undefined;
  }

  function start(): AnsweringChild<"sample"> {
    living += 1;
    answered = false;
    const started = startAnsweringChild<"sample", NvmlAnswer>(
      {
        program: "./nvml-child.js",
        args: libraryPath === undefined ? [] : [libraryPath],
        env: linkerEnvironment(),
        heapMegabytes: 32,
        patienceSeconds: () => (answered ? patienceSeconds : firstPatienceSeconds),
        kill,
        write: (question) => `${question}\n`,
        answersIn,
      },
      {
        onAnswer: (_, answer) => {
          settle(answer);
        },
        onGivenUp: () => {
          settle({ kind: "blocked" });
        },
        onEnd: (message) => {
          living -= 1;
          if (child === started) settle({ kind: "failed", reason: "error", detail: message });
        },
      },
    );
    return started;
  }

  return {
    sample() {
      if (open !== undefined) return open.answer;
      if (said.kind === "off") return Promise.resolve(said);
      if (libraryPath === undefined && !devices.some((path) => existsSync(path))) {
        const detail = `none of ${devices.join(", ")} is there`;
        return Promise.resolve({ kind: "off", why: "no_driver", detail });
      }
      if (child === undefined) {
        if (seconds() < notBefore) return Promise.resolve(said);
        if (living >= mostChildren) return Promise.resolve({ kind: "blocked" });
        child = start();
      }
      let resolve: (answer: NvmlAnswer) => void = () => undefined;
      const answer = new Promise<NvmlAnswer>((settled) => (resolve = settled));
      open = { answer, resolve };
      child.ask(["sample"]);
      return answer;
    },
    close() {
      child?.close();
    },
  };
}

function seconds(): number {
  return performance.now() / 1000;
}

/** Where the linker looks for libraries is the one thing of our environment that the child needs. */
function linkerEnvironment(): Readonly<Record<string, string>> {
  const path = process.env["LD_LIBRARY_PATH"];
  return path === undefined ? {} : { LD_LIBRARY_PATH: path };
}

/** Puts lines of JSON together from chunks of any size. */
export function answersIn(tell: (answer: NvmlAnswer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf("\n"); end !== -1; end = rest.indexOf("\n")) {
      const line = rest.subarray(0, end).toString("utf8");
      rest = rest.subarray(end + 1);
      tell(JSON.parse(line) as NvmlAnswer);
    }
  };
}
