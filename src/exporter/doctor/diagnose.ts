import { levers } from "../../catalog/levers.ts";
import { unseenSentences } from "../../model/unseen.ts";
import type { ProcessView, View } from "../../model/view.ts";

/** One thing that was looked at. */
export interface Finding {
  /** `bad`: something does not work; `note`: worth knowing. */
  readonly level: "good" | "note" | "bad";
  readonly about: string;
  readonly says: string;
}

/** What one look says of how well this machine can be watched. Pure. */
export function diagnose(view: View, readable: boolean, platform: string): readonly Finding[] {
  return [
    processes(view, readable),
    ...otherProcesses(view),
    ...view.collectors.map(({ collector, success, seconds }): Finding => ({
      level: success ? "good" : "bad",
      about: `collector ${collector}`,
      says: `${success ? "works" : "failed"}, took ${(seconds * 1000).toFixed(1)} ms`,
    })),
    ...absences(view.processes),
    ...levers
      .filter((lever) => lever.platform === platform)
      .map(({ name, enforced, says }): Finding => ({
        level: "note",
        about: `${name}: ${enforcement[enforced]}`,
        says,
      })),
  ];
}

const enforcement = {
  yes: "enforced",
  asked: "held to by the program itself",
  no: "not enforced here",
} as const;

function processes({ processes: found, workloads }: View, readable: boolean): Finding {
  if (!readable)
    return { level: "bad", about: "processes", says: "none can be listed: nothing will be found" };
  if (found.length === 0)
    return {
      level: "note",
      about: "processes",
      says: "no MLX process runs here now: start one and run this again to see what can be read of it",
    };
  const names = workloads.map(({ name }) => name).join(", ");
  return { level: "good", about: "processes", says: `${found.length} of MLX, of ${names}` };
}

/** A sidecar may be meant to see its neighbours alone, so this is no fault. */
function otherProcesses({ unseen }: View): readonly Finding[] {
  if (unseen === undefined) return [];
  return [{ level: "note", about: `other processes, ${unseen}`, says: unseenSentences[unseen] }];
}

/** Figures that are absent, by reason. What has no limit, or none here, is nothing to mend. */
function absences(found: readonly ProcessView[]): readonly Finding[] {
  return (["forbidden", "error", "not_measured", "unsupported"] as const).flatMap(
    (reason): readonly Finding[] => {
      const fields = found.flatMap(({ unavailable }) =>
        unavailable.flatMap((absent) => (absent.reason === reason ? [absent.field] : [])),
      );
      if (fields.length === 0) return [];
      return [
        {
          level: reason === "error" ? "bad" : "note",
          about: `absent, ${reason}`,
          says: [...new Set(fields)].sort().join(", "),
        },
      ];
    },
  );
}
