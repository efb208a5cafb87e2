import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type KnownPod,
  parsePodEvent,
  parsePodPage,
} from "../../../src/exporter/housing/kubernetes-answers.ts";
import {
  bookmark,
  idOf,
  podEvent,
  podList,
  podObject,
  statusObject,
  uidOf,
} from "../../support/kubernetes-objects.ts";

const chat = { name: "chat-7d4b9c5f6-x2x", uid: uidOf(1) };

function page(...items: readonly unknown[]) {
  return parsePodPage(JSON.stringify(podList(items, "1001")));
}

function only(item: unknown): KnownPod {
  const [pod] = page(item)?.pods ?? [];
  assert.ok(pod);
  return pod;
}

const event = (object: unknown) => parsePodEvent(JSON.stringify(object));

describe("answers of the API server", () => {
  it("name a pod, what made it, and its containers with their limits", () => {
    assert.deepEqual(only(podObject(chat)), {
      uid: uidOf(1),
      cgroupUid: uidOf(1),
      pod: {
        name: "chat-7d4b9c5f6-x2x",
        namespace: "ml",
        labels: { app: "chat", "pod-template-hash": "7d4b9c5f6" },
        owner: "Deployment/chat",
      },
      containers: new Map([
        [
          idOf(1),
          {
            name: "server",
            image: "ghcr.io/acme/mlx:1.2",
            labels: {},
            memoryLimitBytes: 8 * 2 ** 30,
            cpuLimitCores: 1.5,
            restarts: 0,
          },
        ],
      ]),
      ended: new Map(),
    });
  });

  it("tell why a container ended, and know it by its last id, too", () => {
    const restarted = only(
      podObject({
        ...chat,
        status: {
          containerStatuses: [
            {
              name: "server",
              containerID: `cri-o://${idOf(3)}`,
              restartCount: 2,
              state: { running: {} },
              lastState: {
                terminated: {
                  exitCode: 137,
                  reason: "OOMKilled",
                  containerID: `cri-o://${idOf(2)}`,
                },
              },
            },
          ],
        },
      }),
    );
    assert.deepEqual([...restarted.containers.keys()], [idOf(2), idOf(3)]);
    assert.deepEqual([...restarted.ended.keys()], [idOf(2)]);
    const { restarts, lastTermination, image } = restarted.containers.get(idOf(3)) ?? {};
    assert.deepEqual([restarts, lastTermination, image], [2, "OOMKilled", "ghcr.io/acme/mlx:1.2"]);
  });

  it("have sidecars and ephemeral containers as well, by docker's and containerd's ids", () => {
    const { containers } = only(
      podObject({
        ...chat,
        status: {
          initContainerStatuses: [{ name: "side", containerID: `docker://${idOf(4)}` }],
          ephemeralContainerStatuses: [{ name: "debug", containerID: `containerd://${idOf(5)}` }],
          containerStatuses: [
            { name: "waits", containerID: "" },
            { name: "odd", containerID: 7 },
          ],
        },
      }),
    );
    assert.deepEqual(
      [...containers].map(([id, { name }]) => [id, name]),
      [
        [idOf(4), "side"],
        [idOf(5), "debug"],
      ],
    );
  });

  it("know a static pod by the hash that its cgroup has", () => {
    const hash = "0123456789abcdef0123456789abcdef";
    const annotated = (value: unknown) =>
      only(
        podObject({ ...chat, metadata: { annotations: { "kubernetes.io/config.hash": value } } }),
      ).cgroupUid;
    assert.equal(annotated(hash), hash);
    // Nobody passes for another pod by an annotation.
    assert.equal(annotated(uidOf(2)), uidOf(1));
    assert.equal(annotated(7), uidOf(1));
  });

  it("call the ReplicaSet of a Deployment by the Deployment, and everything else by its own name", () => {
    const owned = (kind: string, name: string, labels = {}, controller = true) =>
      only(
        podObject({
          ...chat,
          labels,
          metadata: {
            ownerReferences: [7, { kind: "Job", name: "no" }, { kind, name, controller }],
          },
        }),
      ).pod.owner;
    const hashed = { "pod-template-hash": "abc" };
    assert.equal(owned("ReplicaSet", "web-abc", hashed), "Deployment/web");
    assert.equal(owned("ReplicaSet", "web-abd", hashed), "ReplicaSet/web-abd");
    assert.equal(owned("ReplicaSet", "-abc", hashed), "ReplicaSet/-abc");
    assert.equal(owned("ReplicaSet", "web"), "ReplicaSet/web");
    assert.equal(owned("StatefulSet", "db-abc", hashed), "StatefulSet/db-abc");
    assert.equal(owned("Job", "x", {}, false), undefined);
    const none = podObject({ ...chat, metadata: { ownerReferences: null } });
    assert.equal(only(none).pod.owner, undefined);
  });

  it("lose no pod for one that has another form, and keep no more labels than there may be", () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`l${n}`, "x"]));
    const read = page(
      null,
      7,
      {},
      { metadata: { uid: "u", name: "n" } },
      podObject({ ...chat, labels: { ...many, long: "x".repeat(300) } }),
      {
        ...podObject({ name: "bare", uid: uidOf(2), labels: { n: 7, s: "x" } }),
        spec: 3,
        status: "no",
      },
    );
    assert.deepEqual(
      read?.pods.map(({ pod, containers }) => [
        pod.name,
        Object.keys(pod.labels).length,
        containers.size,
      ]),
      [
        [chat.name, 128, 1],
        ["bare", 1, 0],
      ],
    );
    const hostile = JSON.stringify(
      podList([podObject({ ...chat, labels: { a: "b" } })], "1"),
    ).replace('"a":', '"__proto__":');
    const labels = parsePodPage(hostile)?.pods[0]?.pod.labels ?? {};
    assert.deepEqual(Object.entries(labels), [["__proto__", "b"]]);
  });

  it("come in pages", () => {
    const text = (next?: string) => JSON.stringify(podList([], "5", next));
    assert.deepEqual(parsePodPage(text("token")), { pods: [], version: "5", next: "token" });
    assert.deepEqual(parsePodPage(text("")), { pods: [], version: "5" });
    const empty = JSON.stringify({ metadata: { resourceVersion: "5" }, items: null });
    assert.deepEqual(parsePodPage(empty), { pods: [], version: "5" });
    for (const none of ["", "<html>", "[]", JSON.stringify(statusObject(403, "Forbidden"))])
      assert.equal(parsePodPage(none), undefined);
  });

  it("say line by line what happens", () => {
    const pod = podObject({ ...chat, version: "1002" });
    for (const [type, kind] of [
      ["ADDED", "seen"],
      ["MODIFIED", "seen"],
      ["DELETED", "gone"],
    ] as const) {
      const read = event(podEvent(type, pod));
      assert.deepEqual(read, { kind, pod: only(pod), version: "1002" });
    }
    assert.deepEqual(event(bookmark("1003")), { kind: "bookmark", version: "1003" });
    assert.deepEqual(event({ type: "ERROR", object: statusObject(410, "Expired") }), {
      kind: "expired",
    });
    assert.deepEqual(event({ type: "ERROR", object: statusObject(500, "InternalError") }), {
      kind: "error",
      code: 500,
    });
    assert.deepEqual(event({ type: "ERROR", object: null }), { kind: "error", code: 0 });
    // What cannot be understood of a pod is left out, and not what comes after it.
    const odd = { type: "ADDED", object: { metadata: { resourceVersion: "1004" } } };
    assert.deepEqual(event(odd), { kind: "bookmark", version: "1004" });
    assert.deepEqual(event({ type: "ADDED", object: {} }), { kind: "unknown" });
    assert.deepEqual(parsePodEvent("{"), { kind: "unknown" });
  });

  it("may be anything at all", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        parsePodPage(text);
        parsePodEvent(text);
        event({
          type: "ADDED",
          object: { metadata: JSON.parse(text) as unknown, spec: JSON.parse(text) as unknown },
        });
      }),
    );
  });
});
