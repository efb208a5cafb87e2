/** A flag of a server that bounds what it holds, and how a number for it would come about. */
export interface ServerFlag {
  readonly flag: string;
  /**
   * What its number is made of: what requests took (in bytes, or in units of 10⁶), what the process may hold in all, or
   * a share of what Metal recommends. `none`: nothing that is recorded justifies one.
   */
  readonly from: "requests" | "requests_mb" | "process" | "share" | "none";
  /** How far it holds, or what to look at instead of a number. One line. */
  readonly says: string;
}

const concurrency =
  "recorded figures hold for as many requests at once as the load had, `--concurrency` of `record`: set that many.";
const tokens =
  "tokens, not bytes: the longest prompt and answer together; what is older is forgotten, and answers get worse.";
const share =
  "a share of the memory that Metal recommends, which `mlx-headroom ps --format json` shows as the limit `working_set` where the reporter runs.";

const vllmMlx: readonly ServerFlag[] = [
  {
    flag: "--gpu-memory-utilization",
    from: "share",
    says: `${share} The server sets MLX's memory limit from it, which is waited at and not enforced.`,
  },
  {
    flag: "--cache-memory-mb",
    from: "requests_mb",
    says: "Of the cache of prefixes: what requests in work hold is not in it.",
  },
  { flag: "--max-num-seqs", from: "none", says: concurrency },
];

/** By the name of the runtime, as discovery gives it. */
export const serverFlags: Readonly<Record<string, readonly ServerFlag[]>> = {
  "mlx_lm.server": [
    {
      flag: "--prompt-cache-bytes",
      from: "requests",
      says: "Weaker than it looks: bytes are trimmed only where requests are batched, not with a draft model or --kv-bits, and what requests in work hold is taken off first.",
    },
    {
      flag: "--prompt-cache-size",
      from: "none",
      says: "a count of prompts, 10 unless set, and prompts differ in length: see `Prompt Cache: N sequences, X GB` in the server's log, and take as many as fit.",
    },
    { flag: "--decode-concurrency", from: "none", says: `32 unless set; ${concurrency}` },
    { flag: "--prompt-concurrency", from: "none", says: `8 unless set; ${concurrency}` },
  ],
  "mlx_lm.generate": [{ flag: "--max-kv-size", from: "none", says: tokens }],
  "mlx-vlm": [
    {
      flag: "--max-kv-size",
      from: "none",
      says: tokens,
    },
    { flag: "--max-num-seqs", from: "none", says: `no bound unless set; ${concurrency}` },
    {
      flag: "--vision-cache-size",
      from: "none",
      says: "a count of images, 20 unless set: what they take was not recorded apart.",
    },
  ],
  "mlx-openai-server": [
    {
      flag: "--max-bytes",
      from: "requests",
      says: "Of the prompt cache, between requests: what requests in work hold is not in it.",
    },
    {
      flag: "--prompt-cache-size",
      from: "none",
      says: "a count of prompts, 10 unless set, and prompts differ in length.",
    },
    { flag: "--decode-concurrency", from: "none", says: `32 unless set; ${concurrency}` },
  ],
  "vllm-mlx": vllmMlx,
  "Rapid-MLX": vllmMlx,
  "vllm-metal": [{ flag: "--gpu-memory-utilization", from: "share", says: share }],
  oMLX: [
    {
      flag: "--max-process-memory",
      from: "process",
      says: "The server looks each second and unloads models: between two looks it is exceeded. As bytes; its help says how it spells them.",
    },
  ],
};
