import type { Host, MachineFacts } from "../model/host.ts";
import type { Incident } from "../model/incident.ts";
import type { KubernetesNews } from "../model/kubernetes.ts";
import type { Log } from "../model/log.ts";
import { engineNews } from "./engine-news.ts";
import { kubernetesNews } from "./kubernetes-news.ts";
import { nvidiaNews } from "./nvidia-news.ts";
import { unseenField, unseenSentences } from "../model/unseen.ts";
import type { WorkloadRule } from "../model/workload-rule.ts";
import { createExporter, type ExporterOptions } from "./exporter.ts";
import { createReloader } from "./reload.ts";
import { createRenderer } from "./4-expose/registry.ts";
import { createServer } from "./4-expose/server.ts";
import { createProber } from "./probe/prober.ts";
import { openWeb, type WebOptions } from "./web.ts";

export interface ServeOptions extends ExporterOptions, WebOptions {
  readonly telemetryPath: string;
  readonly perProcess: boolean;
  /** Whether `process_*` and `nodejs_*`, the exporter's own figures, are published. */
  readonly exporterMetrics: boolean;
  readonly version: string;
  /** Reads the rules of the config file again; a UserError says what is wrong with it. Absent without such a file. */
  readonly loadRules?: () => readonly WorkloadRule[];
  /** Whether a reload may be asked for over HTTP. */
  readonly lifecycle: boolean;
}

/** Runs the exporter over HTTP until told to stop: discover → collect → limits → expose, and a light look each second. */
export async function serve(host: Host, options: ServeOptions, log: Log): Promise<void> {
  const { kubernetes } = options;
  const exporter = await createExporter(host, {
    ...options,
    onDropped: (kind, count) => {
      log.write("warn", "not everything is shown, see mlx_exporter_dropped_total", { kind, count });
    },
    onIncident: ({ kind, ...facts }) => {
      log.write("warn", incidentSentences[kind], facts);
    },
    onNvidia: (answer) => {
      const { level, sentence, facts } = nvidiaNews(answer);
      log.write(level, sentence, facts);
    },
    onEngine: (news) => {
      const { level, sentence, facts } = engineNews(news);
      log.write(level, sentence, facts);
    },
    ...(kubernetes && {
      onKubernetes: (news: KubernetesNews) => {
        const { level, sentence, facts } = kubernetesNews(news, kubernetes);
        log.write(level, sentence, facts);
      },
    }),
  });
  const prober = createProber(host, options.rules, log);
  const reloader = createReloader(
    options.loadRules,
    (rules) => {
      exporter.configure(rules);
      prober.configure(rules);
    },
    host.clock,
    log,
  );
  host.onReload(() => {
    reloader.reload();
  });
  let machine: MachineFacts | undefined;
  const renderer = createRenderer(
    options.exporterMetrics ? { openFds: () => openFds(host) } : undefined,
  );
  const listeners = await openWeb(
    host,
    options,
    async () => prober.withResults(await exporter.look()),
    (look, shared) =>
      createServer(look, () => exporter.readable(), renderer, {
        ...options,
        ...shared,
        onError: (error) => {
          log.write("error", "a request failed", { error: String(error) });
        },
        config: () => reloader.state(),
        ...(options.lifecycle && { reload: () => reloader.reload() }),
        facts: () => ({
          version: options.version,
          now: host.clock.unixSeconds(),
          ...(machine !== undefined && { machine }),
        }),
      }),
    log,
  );
  for (const { url } of listeners) {
    log.write("info", "listening", { url, metrics: options.telemetryPath });
  }
  if (host.superuser) {
    log.write("warn", "running as root, which is not needed: see docs/deploy.md");
  }
  if (!exporter.readable()) {
    const from = host.platform === "darwin" ? { command: "/bin/ps" } : undefined;
    log.write(
      "error",
      "no processes can be listed, nothing will be discovered",
      from ?? { procfs: options.roots.procfs },
    );
  }
  const unseen = exporter.unseen();
  if (unseen !== undefined) {
    log.write("warn", unseenSentences[unseen], { field: unseenField, reason: unseen });
  }
  // Asking what the machine is may start programs and take seconds; the page shows it when it is there.
  host.machineFacts().then(
    (facts) => (machine = facts),
    (error: unknown) => {
      log.write("warn", "facts about the machine could not be read", { error: String(error) });
    },
  );

  const stopTicking = host.clock.every(1, () => {
    exporter.tick().catch((error: unknown) => {
      log.write("error", "a look failed", { error: String(error) });
    });
    prober.tick(exporter.running()).catch((error: unknown) => {
      log.write("error", "a probe could not be made", { error: String(error) });
    });
  });
  await new Promise<void>((resolve) => {
    host.onStop(resolve);
  });
  stopTicking();
  prober.close();
  exporter.close();
  host.riskyFiles.close();
  await Promise.all(listeners.map((listener) => listener.close()));
  log.write("info", "stopped");
}

/** Of this process itself: its own /proc, whichever is watched. */
function openFds(host: Host): number | undefined {
  const counted = host.files.count("/proc/self/fd");
  return counted.kind === "counted" ? counted.count : undefined;
}

/** One line of the log for each, with workload, resource, scope, count, limit and usage as facts. */
const incidentSentences: Readonly<Record<Incident["kind"], string>> = {
  limit_hit: "a limit was reached",
  throttling_started: "a CPU quota holds tasks back",
  oom_kill: "the kernel killed a process for lack of memory",
  exit: "a process ended",
};
