import { createHash } from "node:crypto";
import type { Artifact } from "../../model/artifact.ts";
import type { Plan, Scraping } from "../../model/plan.ts";
import { duration } from "./duration.ts";
import type { Paths } from "./layout.ts";
import type { RuleFile } from "./rule-files.ts";
import type { Spell } from "./spell.ts";
import { comment } from "./yaml-text.ts";

/** Objects of the Prometheus operator: one PrometheusRule for each file of rules, and who is scraped. */
export function emitOperator(
  { scraping }: Plan,
  rules: readonly RuleFile[],
  paths: Paths,
  spell: Spell,
): readonly Artifact[] {
  return [
    ...rules.map((file) =>
      spell(
        paths.kubernetes(`prometheusrule-${file.name}`),
        [...file.about, ...selected("ruleSelector")],
        {
          apiVersion: "monitoring.coreos.com/v1",
          kind: "PrometheusRule",
          metadata: metadata(file.name),
          spec: { groups: file.groups },
        },
      ),
    ),
    spell(
      paths.kubernetes("podmonitor"),
      [...podAbout, ...selected("podMonitorSelector")],
      podMonitor(scraping),
    ),
    spell(
      paths.kubernetes("examples/scrapeconfig"),
      [...hostsAbout, ...selected("scrapeConfigSelector")],
      scrapeConfig(scraping),
    ),
  ];
}

/** By default it looks for objects of its own release only. */
function selected(selector: string): readonly string[] {
  return [
    `Add whatever label the ${selector} of your Prometheus asks for, such as 'release' of kube-prometheus-stack.`,
  ];
}

function metadata(name: string): unknown {
  return { name: objectName(name), labels: { "app.kubernetes.io/part-of": "mlx-headroom" } };
}

/**
 * A name that Kubernetes takes: lower-case letters, digits, hyphens and dots, and a letter or digit at both ends of
 * every part. What had to be changed is told apart by a hash, since other names may change to the same.
 */
export function objectName(name: string): string {
  if (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name)) return name;
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  return `${plain}-${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
}

const podAbout = [
  "The pods of the exporter, one on each node: they carry this label, and this name for the port of their metrics.",
];
const hostsAbout = [
  "Hosts outside of the cluster, such as Macs: name yours, move this one folder up, and apply it.",
];

function podMonitor({ kubernetes, jobs, intervalSeconds }: Scraping): unknown {
  const { job, podLabels, port, instanceFrom, withoutLabels } = kubernetes;
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    metadata: metadata(job),
    spec: {
      selector: { matchLabels: podLabels },
      podMetricsEndpoints: [
        {
          port,
          interval: duration(intervalSeconds),
          honorLabels: honorsLabels(jobs, job),
          relabelings: [
            {
              [comment]: "The name that the rules know the job by.",
              targetLabel: "job",
              replacement: job,
            },
            {
              [comment]: "A node keeps its name when the pod on it is replaced.",
              sourceLabels: [instanceFrom],
              targetLabel: "instance",
            },
            {
              [comment]:
                "The exporter's own, of which every other series would have them: they would pass for the workload's.",
              action: "labeldrop",
              regex: withoutLabels.join("|"),
            },
          ],
        },
      ],
    },
  };
}

function scrapeConfig({ kubernetes, jobs, intervalSeconds }: Scraping): unknown {
  const { job, hostOutside } = kubernetes;
  return {
    apiVersion: "monitoring.coreos.com/v1alpha1",
    kind: "ScrapeConfig",
    metadata: metadata(`${job}-hosts`),
    spec: {
      jobName: job,
      scrapeInterval: duration(intervalSeconds),
      honorLabels: honorsLabels(jobs, job),
      staticConfigs: [{ targets: [hostOutside] }],
    },
  };
}

/** As the example configuration of Prometheus does for the same job. */
function honorsLabels(jobs: Scraping["jobs"], job: string): boolean {
  return jobs.some(({ name, honorLabels }) => name === job && honorLabels);
}
