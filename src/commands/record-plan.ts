import type { Call } from "../model/command.ts";
import type { Files } from "../model/host.ts";
import { durationOf } from "./duration.ts";
import { positive } from "./exporter-options.ts";
import { loadPlanOf } from "./load-options.ts";
import type { Subject } from "./record-subject.ts";

const usualSeconds = 600;
/** An interpreter that has imported MLX changes no more. */
const importSeconds = 30;

/** What a live recording is to be, as the call says. Times are seconds. */
export interface LivePlan {
  readonly subject: Subject;
  readonly duration: number;
  readonly interval: number;
  /** The folder of recordings. */
  readonly out: string;
  /** It records a Python that only imports MLX. */
  readonly startsImport: boolean;
  readonly load?: NonNullable<ReturnType<typeof loadPlanOf>>;
  readonly loadCommand?: string;
  /** Prompts that the server keeps. */
  readonly promptCacheSize: number;
}

export function livePlan(subject: Subject, call: Call, files: Files): LivePlan {
  const startsImport = subject.scenario === "import" && call.command === undefined;
  const load = loadPlanOf(subject.scenario, call, files);
  const loadCommand = call.options["load-command"];
  const usual = startsImport ? importSeconds : usualSeconds;
  return {
    subject,
    duration: durationOf("record", call, "duration") ?? usual,
    interval: durationOf("record", call, "interval") ?? 1,
    out: String(call.options["out"]),
    startsImport,
    ...(load && { load }),
    ...(typeof loadCommand === "string" && { loadCommand }),
    promptCacheSize: positive("record", call, "prompt-cache-size"),
  };
}
