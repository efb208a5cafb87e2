import type { RecordingLine } from "../../model/recording.ts";
import type { ProcessView } from "../../model/view.ts";

export type LimitsLine = Extract<RecordingLine, { kind: "limits" }>;

/** Every limit that applies to the processes now. Usage and headroom are in the samples already. */
export function limitsOf(processes: readonly ProcessView[]): LimitsLine["limits"] {
  return processes.flatMap(({ process, limits }) =>
    limits.map(({ resource, source, scope, kind, limit }) => ({
      pid: process.pid,
      resource,
      source,
      scope,
      hard: kind === "hard",
      limit,
    })),
  );
}
