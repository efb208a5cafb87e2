import assert from "node:assert/strict";
import { kubernetesNews } from "../../src/exporter/kubernetes-news.ts";
import type { KubernetesState } from "../../src/model/kubernetes.ts";

const server = { apiUrl: "https://api", node: "node-1", credentials: "/c" };
const kubelet = { kubeletUrl: "https://10.0.0.7:10250", credentials: "/c" };

describe("news of Kubernetes in the log", () => {
  it("are no warning where it answers", () => {
    assert.deepEqual(kubernetesNews({ kind: "asked", pods: 7 }, server), {
      level: "info",
      sentence: "Kubernetes tells of the pods of this node",
      facts: { node: "node-1", pods: 7 },
    });
  });

  it("say what a person can mend where it does not", () => {
    const refused = (status: number) => kubernetesNews({ kind: "refused", status }, server);
    assert.match(refused(401).sentence, /token of the service account/);
    assert.match(refused(403).sentence, /list and watch pods/);
    assert.match(refused(500).sentence, /not answer as it should/);
    assert.deepEqual([refused(500).level, refused(500).facts], ["warn", { status: 500 }]);
    const { level, facts } = kubernetesNews({ kind: "unreachable", code: "ECONNREFUSED" }, server);
    assert.deepEqual([level, facts], ["warn", { url: "https://api", detail: "ECONNREFUSED" }]);
    assert.equal(kubernetesNews({ kind: "unclear" }, server).level, "warn");
  });

  it("name the kubelet where that is asked, and the right that it misses", () => {
    const news = (state: KubernetesState) => kubernetesNews(state, kubelet);
    assert.deepEqual(news({ kind: "asked", pods: 7 }), {
      level: "info",
      sentence: "the kubelet tells of the pods of this node",
      facts: { url: "https://10.0.0.7:10250", pods: 7 },
    });
    assert.match(news({ kind: "refused", status: 403 }).sentence, /get nodes\/pods, .* 1\.33/);
    assert.match(news({ kind: "refused", status: 401 }).sentence, /^the kubelet does not accept/);
    assert.match(news({ kind: "unreachable", code: "EPIPE" }).sentence, /^the kubelet cannot/);
    assert.match(news({ kind: "unclear" }).sentence, /place of the kubelet/);
  });

  it("say why a container ended", () => {
    const end = { namespace: "ml", pod: "chat", container: "server", reason: "Error", restarts: 1 };
    assert.deepEqual(kubernetesNews({ kind: "ended", ...end }, server).facts, end);
    const limits = { memoryLimitBytes: 8, cpuLimitCores: 0.5 };
    const { level, facts } = kubernetesNews({ kind: "ended", ...end, ...limits }, server);
    assert.equal(level, "warn");
    assert.deepEqual(facts, { ...end, memory_limit_bytes: 8, cpu_limit_cores: 0.5 });
  });
});
