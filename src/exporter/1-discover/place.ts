import type { CgroupIdentity } from "../../model/cgroup-identity.ts";
import type { HousingSource, Labels } from "../../model/container.ts";
import { shownValue } from "./flag-values.ts";

/** What is shown of the container and the pod that a process runs in. */
export interface Place {
  /** The container's name, or the first twelve digits of its id, as engines show it. */
  readonly container?: string;
  readonly containerId?: string;
  readonly pod?: string;
  readonly namespace?: string;
  /** Labels of the container and its pod; nothing but what is allow-listed is ever shown of them. */
  readonly labels?: Labels;
}

/** What the kernel says of it, and what somebody else may know besides. */
export function placeOf(identity: CgroupIdentity, source: HousingSource): Place {
  if (identity.container === undefined && identity.pod === undefined) return {};
  const { container, pod } = source.of(identity);
  const id = identity.container?.id;
  const name = shownValue(container?.name ?? "") ?? id?.slice(0, 12);
  const labels = { ...pod?.labels, ...container?.labels };
  return {
    ...(name !== undefined && { container: name }),
    ...(id !== undefined && { containerId: id }),
    ...(pod !== undefined && {
      pod: shownValue(pod.name) ?? "",
      namespace: shownValue(pod.namespace) ?? "",
    }),
    ...(Object.keys(labels).length > 0 && { labels }),
  };
}
