import type { CgroupIdentity } from "../../model/cgroup-identity.ts";
import { type Housing, type Labels, publishedName, type Told } from "../../model/container.ts";
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
  readonly told?: Told;
}

/** What the kernel says of it, and what somebody else may know besides. */
export function placeOf(identity: CgroupIdentity, { housing, labelNames }: Criteria): Place {
  if (identity.container === undefined && identity.pod === undefined) return {};
  const housed = housing.of(identity);
  const { container, pod } = housed;
  const told = toldOf(housed);
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
    ...(Object.keys(told).length > 0 && { told }),
  };
}

/** What is told on of a container and a pod; what nobody says is absent. */
export function toldOf({ container, pod }: Housing): Told {
  const owner = shownValue(pod?.owner ?? "");
  const lastTermination = shownValue(container?.lastTermination ?? "");
  const { memoryLimitBytes, cpuLimitCores, restarts } = container ?? {};
  return {
    ...(owner !== undefined && { owner }),
    ...(memoryLimitBytes !== undefined && { configuredMemoryLimitBytes: memoryLimitBytes }),
    ...(cpuLimitCores !== undefined && { configuredCpuLimitCores: cpuLimitCores }),
    ...(restarts !== undefined && { restarts }),
    ...(lastTermination !== undefined && { lastTermination }),
  };
}
