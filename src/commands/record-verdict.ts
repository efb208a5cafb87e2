import type { EndReason, Growth, Load, LoadPlan } from "../generator/record.ts";
import { howOf, type ChildCommand } from "../model/child-command.ts";
import type { RecordingLine } from "../model/recording.ts";
import { UserError } from "../model/user-error.ts";
import type { LivePlan } from "./record-plan.ts";
import type { Started } from "./record-target.ts";

type Done = Extract<RecordingLine, { kind: "load" }> | undefined;

/** What a person is told at the beginning. */
export function announcement(
  { subject: { workload, scenario }, duration, promptCacheSize }: LivePlan,
  load: LoadPlan | undefined,
  path: string,
): readonly string[] {
  return [
    `Recording '${workload}' (${scenario}) for ${duration} s into ${path}; Ctrl-C ends it earlier.`,
    ...(scenario === "peak"
      ? [
          `It is a peak once the server's prompt cache is full: that takes ${promptCacheSize} distinct prompts${load ? `, and ${load.distinctPrompts} are sent in turn` : ""}.`,
        ]
      : []),
  ];
}

/** How a recording came to its end. */
export interface Outcome {
  readonly path: string;
  readonly seconds: number;
  readonly done: Done;
  readonly load: LoadPlan | undefined;
  readonly asking: Load | undefined;
  readonly loadChild: ChildCommand | undefined;
}

/** The sentence for a recording that ended as it should not have. */
export function complaint(
  { subject: { workload }, loadCommand = "" }: LivePlan,
  reason: EndReason,
  { path, seconds, done, load, asking, loadChild }: Outcome,
  started: Started | undefined,
): UserError | undefined {
  const when = { path, seconds: seconds.toFixed(0) };
  if (reason === "workload_gone") return new UserError("workload-gone", { workload, ...when });
  for (const [child, command] of [
    [started?.child, started?.command ?? ""],
    [loadChild, loadCommand],
  ] as const) {
    const end = reason === "command_ended" ? child?.ended() : undefined;
    if (end !== undefined && !(end.kind === "code" && end.code === 0))
      return new UserError("command-failed", { command, how: howOf(end), ...when });
  }
  if (load === undefined || reason === "interrupted") return undefined;
  if (done !== undefined && done.requests > done.errors) return undefined;
  const detail = asking?.problem() ?? "no answer was complete by then";
  return new UserError("load-failed", { url: load.url, detail, path });
}

/** Why a recording of a peak may be none; nothing when it is one. */
export function doubts(
  { subject: { scenario }, promptCacheSize }: LivePlan,
  growth: Growth | undefined,
  done: Done,
): readonly string[] {
  if (scenario !== "peak" || done === undefined) return [];
  const { distinctPrompts = 0, errors, requests } = done;
  return [
    ...(errors > 0 ? [`${errors} of ${requests} requests failed.`] : []),
    ...(distinctPrompts < promptCacheSize
      ? [
          `Only ${distinctPrompts} distinct prompts were completed, and the prompt cache holds ${promptCacheSize}: this is not the peak yet. Record longer, or send more with --distinct-prompts.`,
        ]
      : []),
    ...(growth === "growing"
      ? [
          "Memory was still growing at the end, by more than 1 % of its peak for every hundred requests: this is not the peak yet. Record longer, or look for a leak.",
        ]
      : []),
    ...(growth === "unknown"
      ? ["There were too few requests to tell whether memory had stopped growing. Record longer."]
      : []),
  ];
}
