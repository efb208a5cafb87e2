import type { EngineContainerEnd, EngineNews } from "../model/engine-news.ts";
import type { News } from "./nvidia-news.ts";

/** What came of asking a container engine, when that has changed, and how a container ended, for the log. */
export function engineNews(news: EngineNews): News {
  switch (news.kind) {
    case "reached":
      return {
        level: "info",
        sentence: "a container engine tells of its containers",
        facts: { socket: news.socket },
      };
    case "nowhere":
      return {
        level: "warn",
        sentence: "no container engine listens where one usually does",
        facts: { sockets: news.sockets.join(" ") },
      };
    case "unreachable":
      return {
        level: "warn",
        sentence: "a container engine does not answer, and is asked again later",
        facts: { socket: news.socket, detail: news.detail },
      };
    case "ended":
      return {
        level: asked.has(news.exitCode) ? "info" : "warn",
        sentence: "a container in which MLX ran has ended",
        facts: endFacts(news),
      };
  }
}

/** It was done, or somebody stopped it: SIGINT and SIGTERM. */
const asked: ReadonlySet<number | undefined> = new Set([0, 130, 143]);

function endFacts(end: EngineContainerEnd): News["facts"] {
  const { container, image, exitCode, oomKilled, restarts, memoryLimitBytes, cpuLimitCores } = end;
  return {
    container,
    ...(image !== undefined && { image }),
    ...(exitCode !== undefined && { exit_code: exitCode }),
    ...(oomKilled === true && { reason: "OOMKilled" }),
    ...(restarts !== undefined && { restarts }),
    ...(memoryLimitBytes !== undefined && { memory_limit_bytes: memoryLimitBytes }),
    ...(cpuLimitCores !== undefined && { cpu_limit_cores: cpuLimitCores }),
  };
}
