import assert from "node:assert/strict";
import { createContainerEnds } from "../../../src/exporter/housing/container-ends.ts";
import { parsePodPage } from "../../../src/exporter/housing/kubernetes-answers.ts";
import type { ContainerEnd } from "../../../src/model/kubernetes.ts";
import { idOf, podList, podObject, uidOf } from "../../support/kubernetes-objects.ts";
import { memoryHost } from "../../support/memory-host.ts";

const terminated = (n: number) => ({
  terminated: { reason: "OOMKilled", containerID: `containerd://${idOf(n)}` },
});

function podWith(status: object, more: object = {}) {
  const object = podObject({
    name: "chat",
    uid: uidOf(1),
    status: { containerStatuses: [{ name: "server", restartCount: 3, ...status }] },
    ...more,
  });
  const [pod] = parsePodPage(JSON.stringify(podList([object], "1")))?.pods ?? [];
  assert.ok(pod);
  return pod;
}

function watched() {
  const { clock } = memoryHost({});
  const told: ContainerEnd[] = [];
  const ends = createContainerEnds(clock, (end) => told.push(end));
  return { clock, told, ends };
}

describe("ends of containers", () => {
  it("are told with their reason where MLX ran in them, once", () => {
    const { told, ends } = watched();
    ends.observe([{ containerId: idOf(1) }, {}]);
    ends.hear(podWith({ containerID: `containerd://${idOf(1)}` }));
    assert.deepEqual(told, []);
    const restarted = podWith({
      containerID: `containerd://${idOf(2)}`,
      lastState: terminated(1),
    });
    ends.hear(restarted);
    ends.hear(restarted);
    assert.deepEqual(told, [
      {
        kind: "ended",
        namespace: "ml",
        pod: "chat",
        container: "server",
        reason: "OOMKilled",
        restarts: 3,
        owner: "Deployment/chat",
        memoryLimitBytes: 8 * 2 ** 30,
        cpuLimitCores: 1.5,
      },
    ]);
  });

  it("of one that starts again under its id are told again when MLX was seen in it again", () => {
    const { ends } = watched();
    const look = () => {
      ends.observe([{ containerId: idOf(1) }]);
    };
    look();
    assert.deepEqual([ends.take(idOf(1)), ends.take(idOf(1))], [true, false]);
    look();
    assert.deepEqual([ends.take(idOf(1)), ends.take(idOf(2))], [true, false]);
  });

  it("are nobody's business where no MLX ran, or none for five minutes", () => {
    const { clock, told, ends } = watched();
    ends.hear(podWith({ state: terminated(1) }));
    ends.observe([{ containerId: idOf(1) }]);
    clock.advance(301);
    ends.observe([]);
    ends.hear(podWith({ state: terminated(1) }));
    assert.deepEqual(told, []);
  });

  it("are told without what is not known", () => {
    const { told, ends } = watched();
    ends.observe([{ containerId: idOf(1) }]);
    const state = { terminated: { containerID: `containerd://${idOf(1)}` } };
    const bare = { labels: {}, metadata: { ownerReferences: [] } };
    ends.hear(podWith({ name: "other", restartCount: -1, state }, bare));
    const expected = { kind: "ended", namespace: "ml", pod: "chat", container: "other" };
    assert.deepEqual(told, [{ ...expected, reason: "", restarts: 0 }]);
  });
});
