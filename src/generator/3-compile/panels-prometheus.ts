import { compared, eitherWay, line, lines, timeline } from "./panel.ts";
import type { Row } from "./panel.ts";
import { alertStates } from "./panels-alerts.ts";
import { ourGroups } from "./panels-exporter.ts";

const byGroup = "by (instance, rule_group)";

/** Whether rules are evaluated, in time and without errors. */
export const pipelineRules: Row = (select) => ({
  title: "Rules",
  panels: [
    lines(
      12,
      {
        title: "Evaluations that failed",
        description:
          "Evaluations of our rules that failed, by group. What such a rule watches goes unwatched.",
        unit: "short",
        noValue: "Prometheus does not scrape itself",
        bars: true,
        alerts: ["MlxRuleFailing"],
      },
      line(
        `sum ${byGroup} (increase(${select.prometheus("prometheus_rule_evaluation_failures_total", ourGroups)}[$__rate_interval]))`,
        "{{rule_group}} {{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "Time since the last evaluation",
        description:
          "How long ago each of our groups was evaluated. Dashed: how often it should be; what stays above it lags.",
        unit: "s",
        noValue: "Prometheus does not scrape itself",
        alerts: ["MlxRuleFailing"],
      },
      line(
        `time() - max ${byGroup} (${select.prometheus("prometheus_rule_group_last_evaluation_timestamp_seconds", ourGroups)})`,
        "{{rule_group}} {{instance}}",
      ),
      compared(
        "warning",
        `max ${byGroup} (${select.prometheus("prometheus_rule_group_interval_seconds", ourGroups)})`,
        "interval {{rule_group}} {{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "Duration of an evaluation",
        description: "How long the last evaluation of each of our groups took.",
        unit: "s",
        noValue: "Prometheus does not scrape itself",
        alerts: ["MlxRuleFailing"],
      },
      line(
        `max ${byGroup} (${select.prometheus("prometheus_rule_group_last_duration_seconds", ourGroups)})`,
        "{{rule_group}} {{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "Evaluations that were missed",
        description:
          "Evaluations that were left out because the one before took too long, by group.",
        unit: "short",
        noValue: "Prometheus does not scrape itself",
        bars: true,
        alerts: ["MlxRuleFailing"],
      },
      line(
        `sum ${byGroup} (increase(${select.prometheus("prometheus_rule_group_iterations_missed_total", ourGroups)}[$__rate_interval]))`,
        "{{rule_group}} {{instance}}",
      ),
    ),
    alertStates(select, 24),
  ],
});

/** Whether messages get from Prometheus to Alertmanager, and from there to people. */
export const pipelineMessages: Row = (select) => ({
  title: "Messages",
  panels: [
    lines(
      12,
      {
        title: "Alerts sent to Alertmanager",
        description:
          "Alerts a second that Prometheus sent, that ended in an error, and that it dropped, of all rules and not of ours alone.",
        unit: "cps",
        noValue: "Prometheus does not scrape itself",
        alerts: ["MlxWatchdog"],
      },
      line(
        `sum by (instance) (rate(${select.prometheus("prometheus_notifications_sent_total")}[$__rate_interval]))`,
        "sent {{instance}}",
      ),
      line(
        `sum by (instance) (rate(${select.prometheus("prometheus_notifications_errors_total")}[$__rate_interval]))`,
        "errors {{instance}}",
      ),
      line(
        `sum by (instance) (rate(${select.prometheus("prometheus_notifications_dropped_total")}[$__rate_interval]))`,
        "dropped {{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "Alertmanagers known to Prometheus",
        description: "Alertmanagers that Prometheus sends to. With 0, nobody is told of anything.",
        unit: "short",
        noValue: "Prometheus does not scrape itself",
        alerts: ["MlxWatchdog"],
      },
      line(
        `max by (instance) (${select.prometheus("prometheus_notifications_alertmanagers_discovered")})`,
        "{{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "Messages by means",
        description: "Messages that Alertmanager tried to send, and those that failed, by means.",
        unit: "short",
        noValue: "no message was sent, or Alertmanager is not scraped",
        bars: true,
        alerts: ["MlxWatchdog"],
      },
      line(
        `sum by (instance, integration) (increase(${select.alertmanager("alertmanager_notifications_total")}[$__rate_interval])) > 0`,
        "{{integration}} {{instance}}",
      ),
      line(
        `sum by (instance, integration) (increase(${select.alertmanager("alertmanager_notifications_failed_total")}[$__rate_interval])) > 0`,
        "failed {{integration}} {{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "Alerts in Alertmanager",
        description:
          "Alerts that Alertmanager holds: active, or suppressed by an inhibition or a silence.",
        unit: "short",
        noValue: "Alertmanager is not scraped",
      },
      line(
        `sum by (instance, state) (${select.alertmanager("alertmanager_alerts")})`,
        "{{state}} {{instance}}",
      ),
    ),
  ],
});

/** Whether Prometheus itself is well. */
export const pipelinePrometheus: Row = (select) => ({
  title: "Prometheus and Alertmanager",
  panels: [
    timeline(
      12,
      {
        title: "Configurations",
        description: "Whether the configuration was good when it was last loaded.",
        unit: "short",
        noValue: "neither is scraped",
        states: eitherWay("good", "bad, the one before holds"),
      },
      line(
        `min by (instance) (${select.prometheus("prometheus_config_last_reload_successful")})`,
        "Prometheus {{instance}}",
      ),
      line(
        `min by (instance) (${select.alertmanager("alertmanager_config_last_reload_successful")})`,
        "Alertmanager {{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "Series in Prometheus",
        description: "Series that Prometheus holds in memory, of everything that it scrapes.",
        unit: "short",
        noValue: "Prometheus does not scrape itself",
      },
      line(
        `max by (instance) (${select.prometheus("prometheus_tsdb_head_series")})`,
        "{{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "Memory of Prometheus and Alertmanager",
        description: "Resident memory of both.",
        unit: "bytes",
        noValue: "neither is scraped",
      },
      line(
        `max by (instance) (${select.prometheus("process_resident_memory_bytes")})`,
        "Prometheus {{instance}}",
      ),
      line(
        `max by (instance) (${select.alertmanager("process_resident_memory_bytes")})`,
        "Alertmanager {{instance}}",
      ),
    ),
    lines(
      12,
      {
        title: "CPU of Prometheus",
        description: "Cores that Prometheus uses.",
        unit: "short",
        noValue: "Prometheus does not scrape itself",
        axis: "cores",
      },
      line(
        `sum by (instance) (rate(${select.prometheus("process_cpu_seconds_total")}[$__rate_interval]))`,
        "{{instance}}",
      ),
    ),
    lines(
      24,
      {
        title: "Disk space of Prometheus",
        description:
          "What its finished blocks take. How long it keeps them is a flag of Prometheus.",
        unit: "bytes",
        noValue: "Prometheus does not scrape itself",
      },
      line(
        `max by (instance) (${select.prometheus("prometheus_tsdb_storage_blocks_bytes")})`,
        "{{instance}}",
      ),
    ),
  ],
});
