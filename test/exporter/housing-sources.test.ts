import assert from "node:assert/strict";
import { type HousingOptions, housingOf } from "../../src/exporter/housing-sources.ts";
import type { EngineNews } from "../../src/model/engine-news.ts";
import { noHousing } from "../../src/model/container.ts";
import type { KubernetesNews } from "../../src/model/kubernetes.ts";
import { podList, podObject, uidOf } from "../support/kubernetes-objects.ts";
import { memoryHost } from "../support/memory-host.ts";

const options: HousingOptions = {};
const kubernetes = { apiUrl: "https://api", node: "node-1", credentials: "/credentials" };

async function settle() {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe("who is asked of containers and pods", () => {
  it("is nobody unless the collector is on", async () => {
    const host = memoryHost({});
    for (const asked of [
      options,
      { ...options, collectors: new Set(["kubernetes"] as const) },
      { ...options, kubernetes, collectors: new Set(["cgroup"] as const) },
      { ...options, kubernetes },
    ]) {
      const housing = housingOf(host, asked);
      assert.equal(housing.source, noHousing);
      assert.deepEqual(housing.outcomes(), []);
      assert.equal(housing.oomKilledContainers(), undefined, "nobody waits for an engine's word");
      housing.observe([]);
      housing.close();
    }
    await settle();
    assert.deepEqual(host.asked, []);
  });

  it("is a container engine at its socket, where that collector is on", async () => {
    const host = memoryHost({ "/run/engine.sock": "" });
    const containers = new Set(["containers"] as const);
    const engineSockets = ["/run/engine.sock"];
    const housing = housingOf(host, { ...options, collectors: containers, engineSockets });
    assert.ok(housing.source.asks);
    await housing.source.learn([{ container: { id: "a".repeat(64) } }]);
    assert.deepEqual([...new Set(host.asked.map(({ socketPath }) => socketPath))], engineSockets);
    assert.deepEqual(housing.oomKilledContainers(), []);
    housing.tick();
    housing.close();
  });

  it("tells how a container ended where MLX was seen in it, and nothing of others", async () => {
    const host = memoryHost({ "/run/engine.sock": "" });
    host.answer(({ url }) => {
      const said = url.endsWith("/version") ? { ApiVersion: "1.41" } : { Name: "/chat" };
      return { kind: "answered", status: 200, body: Buffer.from(JSON.stringify(said)) };
    });
    const news: EngineNews[] = [];
    const housing = housingOf(host, {
      ...options,
      collectors: new Set(["containers"] as const),
      engineSockets: ["/run/engine.sock"],
      onEngine: (told) => news.push(told),
    });
    const [chat, other] = ["a".repeat(64), "b".repeat(64)];
    await housing.source.learn([{ container: { id: chat } }, { container: { id: other } }]);
    housing.tick();
    await settle();
    housing.observe([{ containerId: chat } as never]);
    for (const ID of [other, chat]) {
      const Actor = { ID, Attributes: { exitCode: "1" } };
      host.followed[0]?.say(JSON.stringify({ Type: "container", Action: "die", Actor, time: 1 }));
    }
    await settle();
    assert.deepEqual(news, [
      { kind: "reached", socket: "/run/engine.sock" },
      { kind: "ended", container: "chat", exitCode: 1 },
    ]);
    housing.close();
  });

  it("is the kubelet, where that is named", async () => {
    const host = memoryHost({});
    const collectors = new Set(["kubernetes"] as const);
    const kubelet = { kubeletUrl: "https://10.0.0.7:10250", credentials: "/credentials" };
    const housing = housingOf(host, { kubernetes: kubelet, collectors });
    await settle();
    assert.deepEqual(
      host.asked.map(({ url }) => url),
      ["https://10.0.0.7:10250/pods"],
    );
    housing.close();
  });

  it("is Kubernetes when it is, whose outcome and news are told, until it is closed", async () => {
    const host = memoryHost({});
    const news: KubernetesNews[] = [];
    const collectors = new Set(["kubernetes"] as const);
    const state = {
      terminated: { containerID: `containerd://${"a".repeat(64)}`, reason: "Error" },
    };
    const status = { containerStatuses: [{ name: "server", state }] };
    const pods = podList([podObject({ name: "chat", uid: uidOf(1), status })], "1");
    const housing = housingOf(host, {
      ...options,
      kubernetes,
      collectors,
      onKubernetes: (told) => news.push(told),
    });
    await settle();
    assert.deepEqual(housing.outcomes(), [{ collector: "kubernetes", success: false, seconds: 0 }]);
    housing.observe([{ containerId: "a".repeat(64) } as never]);
    host.answer(() => ({
      kind: "answered",
      status: 200,
      body: Buffer.from(JSON.stringify(pods)),
    }));
    host.clock.advance(2);
    await settle();
    assert.deepEqual(housing.outcomes(), [{ collector: "kubernetes", success: true, seconds: 0 }]);
    assert.deepEqual(
      news.map(({ kind }) => kind),
      ["unreachable", "ended", "asked"],
    );
    const pod = { uid: uidOf(1), qosClass: "burstable" } as const;
    assert.equal(housing.source.of({ pod }).pod?.name, "chat");
    housing.close();
    host.clock.advance(600);
    await settle();
    assert.deepEqual([host.asked.length, host.followed.length], [2, 1]);
  });
});
