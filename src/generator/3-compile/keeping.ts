import { historyScrapeJob } from "../../catalog/alerts.ts";
import type { Keeping, RecordingGroup } from "../../model/plan.ts";
import { prometheusAddress } from "./scraping.ts";

/** What a second Prometheus keeps when the first has forgotten it: the history that is recorded, and nothing else. */
export function compileKeeping(history: readonly RecordingGroup[]): Keeping {
  return {
    series: history.flatMap(({ rules }) => rules.map(({ record }) => record)),
    job: historyScrapeJob,
    // As often as the slowest of it is recorded: less would leave gaps.
    intervalSeconds: Math.max(...history.map(({ intervalSeconds }) => intervalSeconds)),
    source: prometheusAddress,
    remoteWriteUrl: "http://127.0.0.1:9091/api/v1/write",
  };
}
