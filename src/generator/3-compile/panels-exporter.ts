import { badFrom, eitherWay, instanceColumn, line, lines, stat, table, timeline } from "./panel.ts";
import type { Row } from "./panel.ts";
import type { Selectors } from "./selectors.ts";

/** The chain in six figures: exporter, collectors, rules, messages, sign of life. */
export const pipelineNow: Row = (select) => ({
  title: "At a glance",
  panels: [
    stat(
      4,
      {
        title: "Exporters that answer",
        description: "Chosen exporters that Prometheus could scrape.",
        unit: "short",
        noValue: "none is scraped",
        steps: [{ colour: "red" }, { from: 1, colour: "green" }],
        alerts: ["MlxExporterDown"],
      },
      line(`sum(${ofExporters(select)})`, "answer"),
    ),
    stat(
      4,
      {
        title: "Exporters that do not",
        description: "Chosen exporters that Prometheus could not scrape.",
        unit: "short",
        noValue: "none is scraped",
        steps: badFrom(1),
        alerts: ["MlxExporterDown"],
      },
      line(`sum(${ofExporters(select)} == bool 0)`, "do not"),
    ),
    stat(
      4,
      {
        title: "Collectors failing",
        description:
          "Collectors that did not do their work in the last scrape. Native calls of macOS are left out: commands take their place.",
        unit: "short",
        noValue: "no exporter answers",
        steps: badFrom(1, "yellow"),
        alerts: ["MlxCollectorFailing"],
      },
      line(
        `sum(${select.host("exporterCollectorSuccess", 'collector!="native"')} == bool 0)`,
        "failing",
      ),
    ),
    stat(
      4,
      {
        title: "Rule failures",
        description: "Evaluations of our rules that failed in the time shown.",
        unit: "short",
        noValue: "Prometheus does not scrape itself",
        steps: badFrom(0.5),
        alerts: ["MlxRuleFailing"],
      },
      line(
        `sum(increase(${select.prometheus("prometheus_rule_evaluation_failures_total", ourGroups)}[$__range]))`,
        "failures",
      ),
    ),
    stat(
      4,
      {
        title: "Messages that failed",
        description: "Messages that Alertmanager could not deliver in the time shown.",
        unit: "short",
        noValue: "Alertmanager is not scraped",
        steps: badFrom(0.5),
      },
      line(
        `sum(increase(${select.alertmanager("alertmanager_notifications_failed_total")}[$__range]))`,
        "failed",
      ),
    ),
    stat(
      4,
      {
        title: "Watchdog",
        description:
          "MlxWatchdog always fires, or the rules are not evaluated. Whether it arrives, only a service outside can tell.",
        unit: "short",
        noValue: "does not fire",
        states: [{ value: 1, text: "fires", colour: "green" }],
        steps: badFrom(2),
        alerts: ["MlxWatchdog"],
      },
      line(`max(ALERTS{alertname="MlxWatchdog",alertstate="firing"})`, "watchdog"),
    ),
  ],
});

/** Every group of rules that is made here; the label begins with the file's path. */
export const ourGroups = 'rule_group=~".+;mlx-.+"';

/** Whether it answers, and what it could read. */
export const pipelineExporter: Row = (select) => ({
  title: "Exporter",
  panels: [
    timeline(
      12,
      {
        title: "Exporter answers",
        description: "Whether Prometheus could scrape the exporter.",
        unit: "short",
        noValue: "none is scraped",
        states: eitherWay("answers", "does not answer"),
        alerts: ["MlxExporterDown"],
      },
      line(select.scrape("up"), "{{instance}}"),
    ),
    timeline(
      12,
      {
        title: "Collectors",
        description: "Whether a collector did its work. What is switched off has no row.",
        unit: "short",
        noValue: "no exporter answers",
        states: eitherWay("works", "fails"),
        alerts: ["MlxCollectorFailing"],
      },
      line(select.host("exporterCollectorSuccess"), "{{collector}} {{instance}}"),
    ),
    lines(
      12,
      {
        title: "Scrape duration",
        description:
          "How long a scrape takes, as Prometheus sees it. Past its timeout, ten seconds by default, the exporter counts as down.",
        unit: "s",
        noValue: "none is scraped",
        alerts: ["MlxExporterDown"],
      },
      line(select.scrape("scrape_duration_seconds"), "{{instance}}"),
    ),
    lines(
      12,
      {
        title: "Duration of collectors",
        description: "How long each collector took in a scrape.",
        unit: "s",
        noValue: "no exporter answers",
        alerts: ["MlxCollectorFailing"],
      },
      line(select.host("exporterCollectorDuration"), "{{collector}} {{instance}}"),
    ),
    lines(
      12,
      {
        title: "Left out because of a cap",
        description:
          "Processes, workloads or labels that were left out or cut, by kind; churn counts new processes without series of their own.",
        unit: "short",
        noValue: "no exporter answers",
        bars: true,
        alerts: ["MlxSeriesDropped"],
      },
      line(
        `increase(${select.host("exporterDropped")}[$__rate_interval])`,
        "{{kind}} {{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "Figures that are not known",
        description:
          "Figures that are absent, by reason, counted once for each process. unlimited means that no limit is set, and is no fault.",
        unit: "short",
        noValue: "everything is known",
        alerts: ["MlxCollectorFailing"],
      },
      line(
        `sum by (job, instance, reason) (${select.host("exporterUnavailable")})`,
        "{{reason}} {{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "Series scraped",
        description: "Samples that one scrape of an exporter brings.",
        unit: "short",
        noValue: "none is scraped",
        alerts: ["MlxSeriesDropped"],
      },
      line(select.scrape("scrape_samples_scraped"), "{{instance}}"),
    ),
    timeline(
      12,
      {
        title: "Config file of the exporter",
        description: "Whether the config file was good when it was last loaded.",
        unit: "short",
        noValue: "no config file",
        states: eitherWay("good", "bad, the one before holds"),
        alerts: ["MlxConfigReloadFailed"],
      },
      line(select.host("exporterConfigReloadSuccessful"), "{{instance}}"),
    ),
    lines(
      12,
      {
        title: "Memory of the exporter",
        description: "Resident memory of the exporter itself.",
        unit: "bytes",
        noValue: "no exporter answers",
      },
      line(select.scrape("process_resident_memory_bytes"), "{{instance}}"),
    ),
    lines(
      12,
      {
        title: "CPU of the exporter",
        description: "Cores that the exporter itself uses.",
        unit: "short",
        noValue: "no exporter answers",
        axis: "cores",
      },
      line(`rate(${select.scrape("process_cpu_seconds_total")}[$__rate_interval])`, "{{instance}}"),
    ),
    table(
      24,
      {
        title: "Versions",
        description: "The version of each chosen exporter.",
        unit: "short",
        noValue: "no exporter answers",
        columns: [instanceColumn, { field: "version", title: "Version" }],
      },
      line(`max by (job, instance, version) (${select.host("exporterBuildInfo")})`),
    ),
  ],
});

/** Whether scrapes succeed, of jobs in which an exporter has answered in the time shown: All is of every job there is. */
function ofExporters(select: Selectors): string {
  const seen = select.host("exporterBuildInfo");
  return `(${select.scrape("up")} and on (job) group by (job) (last_over_time(${seen}[$__range])))`;
}
