import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { temporaryFolder } from "../../lab/children.ts";
import { compileMonitoring } from "../../lab/exporter.ts";
import { findPrometheus, startPrometheus, type Prometheus } from "../../lab/prometheus.ts";
import type { Sample } from "../../lab/prometheus-api.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { startKubernetesStandIn } from "../support/kubernetes-stand-in.ts";
import { afterwards, orSkip, realExporter, slowSteps } from "../support/lab.ts";
import { filesInPod, filesOfHost, filesOnHost, podOf } from "../support/pod-processes.ts";
import { testAuthority } from "../support/test-authority.ts";
import { plant } from "../support/tree.ts";

/** What service discovery in Kubernetes makes of the exporter's own pod. */
const ofTheExporter = { pod: "mlx-headroom-x2x7k", container: "mlx-headroom", namespace: "mon" };

interface Relabeling {
  readonly sourceLabels?: readonly string[];
  readonly targetLabel?: string;
  readonly replacement?: string;
  readonly action?: string;
  readonly regex?: string;
}

/** As the operator spells them for Prometheus. */
function relabelConfigs(relabelings: readonly Relabeling[]) {
  return relabelings.map(({ sourceLabels, targetLabel, ...rest }) => ({
    ...rest,
    ...(sourceLabels && { source_labels: sourceLabels }),
    ...(targetLabel && { target_label: targetLabel }),
  }));
}

describe("labels that target and process both have, in a real Prometheus", function () {
  this.timeout(120_000);
  const undo = afterwards();
  let prometheus: Prometheus;

  before(async function () {
    const binary = orSkip(this, await findPrometheus(slowSteps));
    const folder = temporaryFolder("clashes");
    const authority = testAuthority("cluster");
    const server = await startKubernetesStandIn(
      authority.issue("api", "IP:127.0.0.1"),
      "node-1",
      "token",
    );
    undo(() => server.stop());
    server.put(podOf(1, { "mlx-headroom.workload": "chat" }));
    const credentials = join(folder, "credentials");
    plant(folder, {
      ...filesOfHost(),
      ...filesInPod(1),
      ...filesOnHost(4100),
      "credentials/token": "token",
    });
    copyFileSync(authority.certificateFile, join(credentials, "ca.crt"));
    const exporter = await realExporter([
      `--path.procfs=${join(folder, "proc")}`,
      `--path.rootfs=${folder}`,
      "--collector.kubernetes",
      "--kubernetes.node=node-1",
      `--kubernetes.api=${server.url}`,
      `--kubernetes.credentials=${credentials}`,
    ]);
    undo(() => exporter.stop());

    const monitoring = join(folder, "monitoring");
    const compile = async (...more: readonly string[]) =>
      compileMonitoring(monitoring, "http://127.0.0.1:9", ["--target", "prometheus", ...more]);
    assert.equal((await compile("--target", "operator")).kind, "ready");
    const read = (path: string) => readFileSync(join(monitoring, path), "utf8");
    const [written] = (
      parse(read("prometheus/prometheus.yml")) as {
        readonly scrape_configs: readonly { readonly job_name: string }[];
      }
    ).scrape_configs;
    const [endpoint] = (
      parse(read("kubernetes/podmonitor.yaml")) as {
        readonly spec: {
          readonly podMetricsEndpoints: readonly {
            readonly honorLabels: boolean;
            readonly relabelings: readonly Relabeling[];
          }[];
        };
      }
    ).spec.podMetricsEndpoints;
    assert.ok(written !== undefined && endpoint !== undefined);
    const labels = { ...ofTheExporter, __meta_kubernetes_pod_node_name: "node-1" };
    const target = {
      scrape_interval: "1s",
      static_configs: [{ targets: [`127.0.0.1:${exporter.port}`], labels }],
    };
    const configFile = join(folder, "prometheus.yml");
    const scrapeConfigs = [
      { ...written, ...target },
      { ...written, ...target, job_name: "careless", honor_labels: false },
      {
        ...target,
        job_name: "monitoring/mlx-headroom",
        honor_labels: endpoint.honorLabels,
        // The operator says first what it always says of a pod, then this.
        relabel_configs: relabelConfigs(endpoint.relabelings.slice(1)),
      },
    ];
    writeFileSync(configFile, JSON.stringify({ scrape_configs: scrapeConfigs }));
    ({ prometheus } = orSkip(this, await startPrometheus(binary, { configFile })));
    undo(() => prometheus.stop());
    const everywhere = await waitUntil(
      async () =>
        (await prometheus.query('count(mlx_process_info{workload="chat"})'))[0]?.value === 3
          ? true
          : undefined,
      { timeoutSeconds: 30 },
    );
    assert.ok(everywhere, prometheus.log());
  });

  /** What one series says of pods, under whatever names. */
  async function placeIn(job: string, selector: string) {
    const [name, matchers = ""] = selector.split(/[{}]/);
    const found: readonly Sample[] = await prometheus.query(`${name}{job="${job}",${matchers}}`);
    assert.equal(found.length, 1, `${selector} of ${job}`);
    const labels = Object.entries(found[0]?.labels ?? {});
    return Object.fromEntries(labels.filter(([key]) => /pod|container|namespace/.test(key)));
  }

  const inPod = 'mlx_process_info{pid="4001"}';
  const onHost = 'mlx_process_info{pid="4100"}';
  const workload = 'mlx_workload_processes{workload="chat"}';
  const own = { pod: "pod-1", container: "server", namespace: "ml" };

  it("are the process's own with honor_labels as compile writes it, and none where it has none", async () => {
    assert.deepEqual(await placeIn("mlx-headroom", inPod), own);
    assert.deepEqual(await placeIn("mlx-headroom", onHost), {}, "an empty label is one, too");
    assert.deepEqual(
      await placeIn("mlx-headroom", workload),
      ofTheExporter,
      "it has no such label",
    );
  });

  it("are the exporter's without honor_labels, also those of a process in no pod", async () => {
    const renamed = {
      exported_pod: "pod-1",
      exported_container: "server",
      exported_namespace: "ml",
    };
    assert.deepEqual(await placeIn("careless", inPod), { ...ofTheExporter, ...renamed });
    assert.deepEqual(await placeIn("careless", onHost), ofTheExporter);
  });

  it("are in no series the exporter's with what the PodMonitor of compile asks for", async () => {
    const job = "monitoring/mlx-headroom";
    assert.deepEqual(await placeIn(job, inPod), own);
    assert.deepEqual(await placeIn(job, onHost), {});
    assert.deepEqual(await placeIn(job, workload), {});
    const [up] = await prometheus.query(`up{job="${job}"}`);
    assert.deepEqual(up?.labels, { __name__: "up", job, instance: "node-1" });
  });
});
