/** Objects as the API server of Kubernetes 1.34 writes them, built from its published shapes; none was recorded. */
export interface PodShape {
  readonly name: string;
  readonly uid: string;
  readonly labels?: Readonly<Record<string, unknown>>;
  readonly containerId?: string;
  readonly version?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

export const uidOf = (n: number) => `0f8fad5b-d9cb-469f-a165-${String(n).padStart(12, "0")}`;
export const idOf = (n: number) => n.toString(16).padStart(64, "0");

export function podObject({ name, uid, labels, containerId, version, ...more }: PodShape) {
  return {
    metadata: {
      name,
      generateName: "chat-7d4b9c5f6-",
      namespace: "ml",
      uid,
      resourceVersion: version ?? "1001",
      creationTimestamp: "2026-01-05T10:00:00Z",
      labels: labels ?? { app: "chat", "pod-template-hash": "7d4b9c5f6" },
      annotations: { "kubernetes.io/config.seen": "2026-01-05T10:00:00Z" },
      ownerReferences: [
        {
          apiVersion: "apps/v1",
          kind: "ReplicaSet",
          name: "chat-7d4b9c5f6",
          uid: uidOf(999),
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      managedFields: [{ manager: "kubelet", operation: "Update", apiVersion: "v1" }],
      ...more.metadata,
    },
    spec: {
      nodeName: "node-1",
      containers: [
        {
          name: "server",
          image: "ghcr.io/acme/mlx:1.2",
          resources: { limits: { cpu: "1500m", memory: "8Gi" }, requests: { memory: "4Gi" } },
        },
      ],
    },
    status: {
      phase: "Running",
      qosClass: "Burstable",
      containerStatuses: [
        {
          name: "server",
          image: "sha256:4e1b",
          imageID: "ghcr.io/acme/mlx@sha256:4e1b",
          containerID: `containerd://${containerId ?? idOf(1)}`,
          ready: true,
          started: true,
          restartCount: 0,
          state: { running: { startedAt: "2026-01-05T10:00:05Z" } },
          lastState: {},
        },
      ],
      ...more.status,
    },
  };
}

export function podList(items: readonly unknown[], version: string, next?: string) {
  return {
    kind: "PodList",
    apiVersion: "v1",
    metadata: { resourceVersion: version, ...(next !== undefined && { continue: next }) },
    items,
  };
}

export function podEvent(type: "ADDED" | "MODIFIED" | "DELETED", pod: object) {
  return { type, object: { kind: "Pod", apiVersion: "v1", ...pod } };
}

export function bookmark(version: string) {
  return {
    type: "BOOKMARK",
    object: {
      kind: "Pod",
      apiVersion: "v1",
      metadata: { resourceVersion: version, creationTimestamp: null },
      spec: { containers: null },
      status: {},
    },
  };
}

export function statusObject(code: number, reason: string) {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: reason === "Expired" ? "too old resource version: 1001 (2002)" : reason,
    reason,
    code,
  };
}
