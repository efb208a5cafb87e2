import { defaultPort } from "../catalog/alerts.ts";
import { defaultNewPids } from "../exporter/exporter.ts";
import { serve } from "../exporter/serve.ts";
import type { Command } from "../model/command.ts";
import type { LogLevel } from "../model/log.ts";
import { UserError } from "../model/user-error.ts";
import { version } from "../model/version.ts";
import { collectorFlags } from "./collector-options.ts";
import { exporterFlags, exporterOptions, positive, ruleLoader } from "./exporter-options.ts";
import { housingOptions } from "./housing-options.ts";
import { kubernetesFlags } from "./kubernetes-options.ts";
import { publishFlags } from "./label-options.ts";
import { createLog } from "./log.ts";
import { webFlags, webOptions } from "./web-options.ts";

/** Publishes metrics until stopped. */
export const serveCommand: Command = {
  name: "serve",
  summary: "Publish every MLX process and the headroom under its limits as Prometheus metrics.",
  options: {
    ...webFlags,
    "web.telemetry-path": {
      type: "string",
      value: "PATH",
      default: "/metrics",
      help: "Where the metrics are.",
    },
    "web.enable-lifecycle": {
      type: "boolean",
      help: "Let POST /-/reload load the config file again, as SIGHUP always does.",
    },
    "web.disable-exporter-metrics": {
      type: "boolean",
      help: "Leave out the exporter's own figures: process_* and nodejs_*.",
    },
    "process-metrics": {
      type: "boolean",
      negatable: true,
      help: "Leave out the families with a pid label; rules and dashboards read none of them.",
    },
    ...exporterFlags,
    "discover.max-new-pids": {
      type: "string",
      value: "N",
      default: String(defaultNewPids),
      help: "At most this many new processes an hour get series with their pid; workload series go on.",
    },
    ...collectorFlags,
    ...kubernetesFlags,
    ...publishFlags,
    "log.level": {
      type: "string",
      value: "LEVEL",
      default: "info",
      choices: ["debug", "info", "warn", "error"],
      help: "How much to log on stderr: debug, info, warn or error.",
    },
    "log.format": {
      type: "string",
      value: "FORMAT",
      default: "logfmt",
      choices: ["logfmt", "json"],
      help: "logfmt or json.",
    },
  },
  examples: [
    {
      line: "mlx-headroom serve",
      says: `Metrics at http://127.0.0.1:${defaultPort}/metrics, a status page at /.`,
    },
    {
      line: "mlx-headroom serve --web.listen-address :10836 --config.file mlx-headroom.yaml",
      says: "Reachable from other machines, with workloads named by a config.",
    },
    {
      line: "mlx-headroom serve --web.listen-address :10836 --web.config.file web-config.yml",
      says: "Reachable for those who show what the file asks for: TLS, certificates, passwords.",
    },
  ],
  async run(call, host, output) {
    const log = createLog(
      (line) => {
        output.stderr(line);
      },
      () => host.clock.unixSeconds(),
      call.options["log.level"] as LogLevel,
      call.options["log.format"] as "logfmt" | "json",
    );
    const telemetryPath = call.options["web.telemetry-path"] as string;
    if (!/^\/[\w./-]*\w$/.test(telemetryPath)) {
      const detail = `--web.telemetry-path takes a path such as /metrics, not '${telemetryPath}'.`;
      throw new UserError("bad-usage", { command: "serve", detail });
    }
    const options = exporterOptions("serve", call, host);
    const housing = housingOptions("serve", call, host, output);
    const perProcess = call.options["process-metrics"] !== false;
    if (housing.collectors?.has("threads") === true && !perProcess) {
      const detail = "--collector.threads and --no-process-metrics exclude each other.";
      throw new UserError("bad-usage", { command: "serve", detail });
    }
    const loadRules = ruleLoader(call, host);
    await serve(
      host,
      {
        ...options,
        maxNewPids: positive("serve", call, "discover.max-new-pids"),
        ...housing,
        ...webOptions("serve", call, host),
        telemetryPath,
        lifecycle: call.options["web.enable-lifecycle"] === true,
        ...(loadRules !== undefined && { loadRules }),
        perProcess,
        exporterMetrics: call.options["web.disable-exporter-metrics"] !== true,
        version,
      },
      log,
    );
    return 0;
  },
};
