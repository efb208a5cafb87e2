import type { Housing } from "../../model/container.ts";
import type { Criteria } from "./criteria.ts";
import { grammaticalName } from "./workload-name.ts";

/** What labels are asked of. */
interface Labelled {
  readonly criteria: Criteria;
  housing(): Housing;
}

/** The workload's name, where a label of the container says it, or of the pod; mapped into the grammar of names. */
export function labelledName(process: Labelled): string | undefined {
  const given = labelOf(process.housing(), process.criteria.labelNames.workload);
  const name = given === undefined ? "" : grammaticalName(given);
  return name === "" ? undefined : name;
}

/** What a process is called that is MLX by a label alone: as its container, if nothing names the workload. */
export function containerName(process: Labelled): string | undefined {
  const name = grammaticalName(process.housing().container?.name ?? "");
  return name === "" ? undefined : name;
}

/** Whether a label makes MLX of a process of which the command line tells nothing. */
export function isMonitored(process: Labelled): boolean {
  return labelOf(process.housing(), process.criteria.labelNames.monitor) === "true";
}

/** A container's own label says more of it than its pod's. */
function labelOf({ container, pod }: Housing, name: string): string | undefined {
  for (const labels of [container?.labels, pod?.labels]) {
    if (labels !== undefined && Object.hasOwn(labels, name)) return labels[name];
  }
  return undefined;
}
