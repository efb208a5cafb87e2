import type { EngineNews } from "../model/engine-news.ts";
import type { News } from "./nvidia-news.ts";

/** What came of asking a container engine, when that has changed, for the log. */
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
  }
}
