import type { LogLevel } from "../model/log.ts";
import type { NvmlAnswer, NvmlOff } from "../model/nvml.ts";

/** One line of the log. */
export interface News {
  readonly level: LogLevel;
  readonly sentence: string;
  readonly facts: Readonly<Record<string, string | number>>;
}

/** What came of asking NVML, when that has changed, for the log. */
export function nvidiaNews(answer: NvmlAnswer): News {
  switch (answer.kind) {
    case "sampled":
      return {
        level: "info",
        sentence: "NVIDIA GPUs are read",
        facts: { gpus: answer.sample.devices.length },
      };
    case "off":
      return { ...whyOff[answer.why], facts: { detail: answer.detail } };
    case "failed":
      return {
        level: "warn",
        sentence: "NVIDIA GPUs cannot be read, and are asked again later",
        facts: { detail: answer.detail },
      };
    case "blocked":
      return {
        level: "warn",
        sentence: "the NVIDIA driver does not answer: GPU figures are absent until it does",
        facts: {},
      };
  }
}

const whyOff: Readonly<Record<NvmlOff, Omit<News, "facts">>> = {
  no_driver: { level: "info", sentence: "no NVIDIA driver is loaded: no GPU is read" },
  no_library: {
    level: "warn",
    sentence: "NVIDIA's management library cannot be loaded: no GPU is read",
  },
  no_koffi: {
    level: "warn",
    sentence:
      "the optional package koffi is not there to call NVIDIA's management library: no GPU is read",
  },
};
