import type { CgroupIdentity } from "../../model/cgroup-identity.ts";
import { type Labels, publishedName } from "../../model/container.ts";
import type { Criteria } from "./criteria.ts";
import { shownValue } from "./flag-values.ts";

/** What is shown of the container and the pod that a process runs in. */
export interface Place {
  /** The container's name, or the first twelve digits of its id, as engines show it. */
  readonly container?: string;
  readonly containerId?: string;
  readonly pod?: string;
  readonly namespace?: string;
  /** Labels of the container and its pod that may be published, by their names in Prometheus. */
  readonly labels?: Labels;
}

/** What the kernel says of it, and what somebody else may know besides. */
export function placeOf(identity: CgroupIdentity, { housing, labelNames }: Criteria): Place {
  if (identity.container === undefined && identity.pod === undefined) return {};
  const { container, pod } = housing.of(identity);
  const id = identity.container?.id;
  const name = shownValue(container?.name ?? "") ?? id?.slice(0, 12);
  const all = { ...pod?.labels, ...container?.labels };
  const labels = Object.fromEntries(
    labelNames.published
      .filter((label) => Object.hasOwn(all, label))
      .map((label) => [publishedName(label), shownValue(all[label] ?? "") ?? ""]),
  );
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
