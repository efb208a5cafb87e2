import assert from "node:assert/strict";
import { kubernetesNews } from "../../src/exporter/kubernetes-news.ts";

describe("news of Kubernetes in the log", () => {
  it("are no warning where it answers", () => {
    assert.deepEqual(kubernetesNews({ kind: "asked", node: "node-1", pods: 7 }), {
      level: "info",
      sentence: "Kubernetes tells of the pods of this node",
      facts: { node: "node-1", pods: 7 },
    });
  });

  it("say what a person can mend where it does not", () => {
    const refused = (status: number) => kubernetesNews({ kind: "refused", status });
    assert.match(refused(401).sentence, /token of the service account/);
    assert.match(refused(403).sentence, /list and watch pods/);
    assert.match(refused(500).sentence, /not answer as it should/);
    assert.deepEqual([refused(500).level, refused(500).facts], ["warn", { status: 500 }]);
    const { level, facts } = kubernetesNews({ kind: "unreachable", code: "ECONNREFUSED" });
    assert.deepEqual([level, facts], ["warn", { detail: "ECONNREFUSED" }]);
    assert.equal(kubernetesNews({ kind: "unclear" }).level, "warn");
  });

  it("say why a container ended", () => {
    const end = { namespace: "ml", pod: "chat", container: "server", reason: "Error", restarts: 1 };
    assert.deepEqual(kubernetesNews({ kind: "ended", ...end }).facts, end);
    const limits = { memoryLimitBytes: 8, cpuLimitCores: 0.5 };
    const { level, facts } = kubernetesNews({ kind: "ended", ...end, ...limits });
    assert.equal(level, "warn");
    assert.deepEqual(facts, { ...end, memory_limit_bytes: 8, cpu_limit_cores: 0.5 });
  });
});
