import type { Container } from "../../model/container.ts";
import type { EngineContainerEnd } from "../../model/engine-news.ts";

/** How a container ended, from what its engine said of it: the beginning of its id where it has no name. */
export function containerEnd(
  id: string,
  { name = id.slice(0, 12), image, restarts, memoryLimitBytes, cpuLimitCores }: Container,
  oomKilled: boolean,
  exitCode: number | undefined,
): EngineContainerEnd {
  return {
    kind: "ended",
    container: name,
    ...(image !== undefined && { image }),
    ...(exitCode !== undefined && { exitCode }),
    ...(oomKilled && { oomKilled }),
    ...(restarts !== undefined && { restarts }),
    ...(memoryLimitBytes !== undefined && { memoryLimitBytes }),
    ...(cpuLimitCores !== undefined && { cpuLimitCores }),
  };
}
