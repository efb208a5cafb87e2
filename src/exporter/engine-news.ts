import type { EngineNews } from "../model/engine-news.ts";
import type { News } from "./nvidia-news.ts";

/** What came of asking a container engine, when that has changed, for the log. */
export function engineNews(news: EngineNews): News {
  const { socket } = news;
  return news.kind === "reached"
    ? { level: "info", sentence: "a container engine tells of its containers", facts: { socket } }
    : {
        level: "warn",
        sentence: "a container engine does not answer, and is asked again later",
        facts: { socket, detail: news.detail },
      };
}
