import type { Housing } from "../../model/container.ts";
import type { Criteria } from "./criteria.ts";
import { shownValue } from "./flag-values.ts";
import { grammaticalName } from "./workload-name.ts";

/** What labels are asked of. */
interface Labelled {
  readonly criteria: Criteria;
  housing(): Housing;
}

/** The workload's name, where a label of the container says it, or of the pod; mapped into the grammar of names. */
export function labelledName(process: Labelled): string | undefined {
  const given = labelOf(process.housing(), process.criteria.labelNames.workload)?.value;
  const name = given === undefined ? "" : grammaticalName(given);
  return name === "" ? undefined : name;
}

/** What an explanation calls the label that names the workload, such as `the label L of pod ml/chat-1`. */
export function namingLabel(process: Labelled): string | undefined {
  return labelledName(process) === undefined
    ? undefined
    : described(process, process.criteria.labelNames.workload);
}

/** What a process is called that is MLX by a label alone: as its container, if nothing names the workload. */
export function containerName(process: Labelled): string | undefined {
  const name = grammaticalName(process.housing().container?.name ?? "");
  return name === "" ? undefined : name;
}

/** What that label is called which makes MLX of a process of which the command line tells nothing. */
export function monitoringLabel(process: Labelled): string | undefined {
  const { monitor } = process.criteria.labelNames;
  return labelOf(process.housing(), monitor)?.value === "true"
    ? described(process, monitor)
    : undefined;
}

function described(process: Labelled, label: string): string {
  return `the label ${label} of ${labelOf(process.housing(), label)?.of ?? ""}`;
}

/** A container's own label says more of it than its pod's. */
function labelOf(
  { container, pod }: Housing,
  name: string,
): { readonly value: string; readonly of: string } | undefined {
  const shown = (word: string) => shownValue(word) ?? "";
  if (container !== undefined && Object.hasOwn(container.labels, name)) {
    const of =
      container.name === undefined ? "its container" : `container ${shown(container.name)}`;
    return { value: container.labels[name] ?? "", of };
  }
  if (pod !== undefined && Object.hasOwn(pod.labels, name))
    return {
      value: pod.labels[name] ?? "",
      of: `pod ${shown(pod.namespace)}/${shown(pod.name)}`,
    };
  return undefined;
}
