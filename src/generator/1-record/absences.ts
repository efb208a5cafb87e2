import type { Reason } from "../../model/figure.ts";
import type { ProcessView } from "../../model/view.ts";
import { processFigures, recordedFigures, type RecordedFigure } from "./process-figures.ts";

/** Figures that no process ever had, with the reason that was last given for each. */
export interface Absences {
  observe(processes: readonly ProcessView[]): void;
  always(): Readonly<Record<string, Reason>>;
}

export function createAbsences(): Absences {
  const ever = new Set<RecordedFigure>();
  const reasons = new Map<RecordedFigure, Reason>();
  return {
    observe(processes) {
      for (const { reading } of processes) {
        for (const name of recordedFigures) {
          if (ever.has(name)) continue;
          const figure = processFigures[name](reading);
          if ("missing" in figure) reasons.set(name, figure.missing);
          else {
            ever.add(name);
            reasons.delete(name);
          }
        }
      }
    },
    always: () => Object.fromEntries(reasons),
  };
}
