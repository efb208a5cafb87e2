import type { Keeping } from "../../model/plan.ts";
import { duration } from "./duration.ts";
import { yamlLines } from "./yaml-text.ts";

/** The configuration of a Prometheus that asks another for exactly these series, as they are labelled there. */
export function emitFederation({ series, job, intervalSeconds, source }: Keeping): unknown {
  return {
    global: { scrape_interval: duration(intervalSeconds) },
    scrape_configs: [
      {
        job_name: job,
        // The series keep job and instance of the exporter they came from.
        honor_labels: true,
        metrics_path: "/federate",
        params: { "match[]": series.map((name) => `{__name__=${JSON.stringify(name)}}`) },
        static_configs: [{ targets: [source] }],
      },
    ],
  };
}

/** The block of a configuration that sends exactly these series, line by line. */
export function emitRemoteWrite({ series, remoteWriteUrl }: Keeping): readonly string[] {
  return yamlLines({
    remote_write: [
      {
        url: remoteWriteUrl,
        // A relabelling's expression is held to the whole name.
        write_relabel_configs: [
          { source_labels: ["__name__"], regex: series.join("|"), action: "keep" },
        ],
      },
    ],
  });
}
