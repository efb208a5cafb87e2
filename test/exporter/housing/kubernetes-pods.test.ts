import assert from "node:assert/strict";
import { parsePodPage, type KnownPod } from "../../../src/exporter/housing/kubernetes-answers.ts";
import { createPodBook, mostPods } from "../../../src/exporter/housing/kubernetes-pods.ts";
import type { CgroupIdentity } from "../../../src/model/cgroup-identity.ts";
import { memoryHost } from "../../support/memory-host.ts";
import {
  idOf,
  podList,
  podObject,
  type PodShape,
  uidOf,
} from "../../support/kubernetes-objects.ts";

function known(shape: Partial<PodShape> & { readonly n: number }): KnownPod {
  const { n, ...more } = shape;
  const object = podObject({ name: `pod-${n}`, uid: uidOf(n), containerId: idOf(n), ...more });
  const [pod] = parsePodPage(JSON.stringify(podList([object], "1")))?.pods ?? [];
  assert.ok(pod);
  return pod;
}

function identity(n: number): CgroupIdentity {
  return { pod: { uid: uidOf(n), qosClass: "burstable" }, container: { id: idOf(n) } };
}

function book() {
  const { clock } = memoryHost({});
  return { clock, pods: createPodBook(clock) };
}

describe("the pods of a node", () => {
  it("are found by their uid and their containers' ids, or by a container's id alone", () => {
    const { pods } = book();
    pods.replace([known({ n: 1 }), known({ n: 2 })]);
    const { pod, container } = pods.of(identity(2));
    assert.deepEqual([pod?.name, container?.name], ["pod-2", "server"]);
    assert.equal(pods.of({ container: { id: idOf(1) } }).pod?.name, "pod-1");
    const other = pods.of({ ...identity(1), container: { id: idOf(9) } });
    assert.deepEqual([other.pod?.name, other.container], ["pod-1", undefined]);
    assert.deepEqual(pods.of(identity(3)), {});
    assert.deepEqual([pods.knows(uidOf(1)), pods.knows(uidOf(3)), pods.size], [true, false, 2]);
  });

  it("are remembered for five minutes when they are gone, with their last words", () => {
    const { clock, pods } = book();
    pods.replace([known({ n: 1 }), known({ n: 2 })]);
    pods.of(identity(1));
    const killed = { state: { terminated: { reason: "OOMKilled" } } };
    const status = {
      containerStatuses: [{ name: "server", containerID: `containerd://${idOf(1)}`, ...killed }],
    };
    pods.remove(known({ n: 1, status }));
    pods.replace([]);
    assert.equal(pods.size, 0);
    clock.advance(299);
    pods.put(known({ n: 3 }));
    assert.equal(pods.of(identity(1)).container?.lastTermination, "OOMKilled");
    assert.equal(pods.of(identity(2)).pod?.name, "pod-2");
    clock.advance(1);
    pods.put(known({ n: 3 }));
    assert.deepEqual(pods.of(identity(1)), {});
    assert.equal(pods.size, 1);
  });

  it("say that something changed when it is not as it was told", () => {
    const { pods } = book();
    assert.equal(pods.changes(), 0);
    pods.put(known({ n: 1 }));
    assert.equal(pods.changes(), 0, "nobody was told");
    pods.of(identity(1));
    pods.put(known({ n: 1, labels: { app: "other" } }));
    assert.equal(pods.changes(), 1);
    assert.equal(pods.changes(), 1);
    const status = {
      containerStatuses: [
        { name: "server", containerID: `containerd://${idOf(1)}`, restartCount: 9 },
      ],
    };
    pods.put(known({ n: 1, labels: { app: "other" }, status }));
    assert.equal(pods.changes(), 1, "it was started again, and has the same name");
  });

  it("say so, too, when they come after somebody asked for them, whoever asks in between", () => {
    const { pods } = book();
    pods.of(identity(1));
    pods.put(known({ n: 1 }));
    assert.equal(pods.of(identity(1)).pod?.name, "pod-1");
    assert.equal(pods.changes(), 1);
  });

  it("do not say so of one that is forgotten", () => {
    const { clock, pods } = book();
    pods.put(known({ n: 1 }));
    pods.of(identity(1));
    pods.remove(known({ n: 1 }));
    clock.advance(400);
    pods.put(known({ n: 2 }));
    assert.equal(pods.changes(), 0);
  });

  it("are not taken over by who claims the hash of another", () => {
    const { pods } = book();
    const annotations = { "kubernetes.io/config.hash": "ab".repeat(16) };
    pods.put(known({ n: 1, metadata: { annotations } }));
    pods.put(known({ n: 2, metadata: { annotations } }));
    pods.remove(known({ n: 2, metadata: { annotations } }));
    const asked = { pod: { uid: "ab".repeat(16), qosClass: "guaranteed" as const } };
    assert.equal(pods.of(asked).pod?.name, "pod-1");
    assert.equal(pods.size, 1);
  });

  it("are never more than there may be, however many are told of", () => {
    const { pods } = book();
    const template = known({ n: 1 });
    for (let n = 0; n < mostPods + 5; n++)
      pods.put({ ...template, uid: String(n), cgroupUid: String(n) });
    assert.equal(pods.size, mostPods);
    for (let n = 0; n < 5000; n++) pods.of(identity(n + 10));
    pods.put({ ...template, uid: "0", cgroupUid: "0" });
    assert.equal(pods.changes(), 0);
  });
});
