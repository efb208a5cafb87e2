import { z } from "zod";
import type { Container, Labels, Pod } from "../../model/container.ts";
import { quantity } from "./kubernetes-quantity.ts";

/** A pod of the API server, as far as it is wanted. */
export interface KnownPod {
  readonly uid: string;
  /** As the kubelet names its cgroup: the uid, or the hash of a static pod. */
  readonly cgroupUid: string;
  readonly pod: Pod;
  /** By the 64 digits of their ids, those that ended last included. */
  readonly containers: ReadonlyMap<string, Container>;
  /** Those of them that ended. */
  readonly ended: ReadonlyMap<string, Container>;
}

/** One page of a list. */
export interface PodPage {
  readonly pods: readonly KnownPod[];
  /** Where a watch goes on from. */
  readonly version: string;
  /** What asks for the next page; absent on the last one. */
  readonly next?: string;
}

/** One line of a watch. `version` is where the next watch goes on from. */
export type PodEvent =
  | { readonly kind: "seen" | "gone"; readonly pod: KnownPod; readonly version: string }
  /** Nothing of a pod, or of none that could be understood. */
  | { readonly kind: "bookmark"; readonly version: string }
  /** The server keeps nothing from so long ago: everything must be listed anew. */
  | { readonly kind: "expired" }
  | { readonly kind: "error"; readonly code: number }
  | { readonly kind: "unknown" };

/** At most this much of a pod is kept, whatever it says. */
const most = { containers: 128, labels: 128, labelName: 320, labelValue: 256 };

/** A field that has another form than it should is as good as absent: one odd pod must not hide the others. */
const maybe = <T>(schema: z.ZodType<T>) => schema.optional().catch(undefined);
const text = z.string().min(1).max(512);
const many = maybe(z.array(z.unknown()));

const podSchema = z.object({
  metadata: z.object({
    uid: text,
    name: text,
    namespace: text,
    labels: z.unknown(),
    annotations: maybe(z.object({ "kubernetes.io/config.hash": maybe(z.string()) })),
    ownerReferences: many,
  }),
  spec: maybe(z.object({ containers: many, initContainers: many, ephemeralContainers: many })),
  status: maybe(
    z.object({
      containerStatuses: many,
      initContainerStatuses: many,
      ephemeralContainerStatuses: many,
    }),
  ),
});

const ownerSchema = z.object({ kind: text, name: text, controller: z.literal(true) });

const containerSchema = z.object({
  name: text,
  image: maybe(text),
  resources: maybe(
    z.object({ limits: maybe(z.object({ memory: maybe(text), cpu: maybe(text) })) }),
  ),
});

const stateSchema = maybe(
  z.object({ terminated: maybe(z.object({ containerID: maybe(text), reason: maybe(text) })) }),
);
const statusSchema = z.object({
  name: text,
  containerID: maybe(z.string()),
  restartCount: maybe(z.int().nonnegative()),
  state: stateSchema,
  lastState: stateSchema,
});

const pageSchema = z.object({
  /** A kubelet has no version to go on from. */
  metadata: z.object({ resourceVersion: maybe(text), continue: maybe(z.string().max(64 * 1024)) }),
  items: z.array(z.unknown()).nullable(),
});

const eventSchema = z.object({ type: z.string(), object: z.unknown() });
const versioned = z.object({ metadata: z.object({ resourceVersion: text }) });
const statusOfError = z.object({ code: maybe(z.int()) });

/** Reads a PodList; undefined for what is none. */
export function parsePodPage(body: string): PodPage | undefined {
  const page = pageSchema.safeParse(parsed(body)).data;
  const { continue: next = "", resourceVersion: version } = page?.metadata ?? {};
  if (page === undefined || version === undefined) return undefined;
  return { pods: podsOf(page), version, ...(next !== "" && { next }) };
}

/** Reads the PodList of a kubelet, which has all its pods at once; undefined for what is none. */
export function parseKubeletPods(body: string): readonly KnownPod[] | undefined {
  const page = pageSchema.safeParse(parsed(body)).data;
  return page && podsOf(page);
}

function podsOf({ items }: z.infer<typeof pageSchema>): readonly KnownPod[] {
  return (items ?? []).flatMap((item) => podOf(item) ?? []);
}

/** Reads one event of a watch. */
export function parsePodEvent(line: string): PodEvent {
  const event = eventSchema.safeParse(parsed(line)).data;
  if (event === undefined) return { kind: "unknown" };
  const { type, object } = event;
  if (type === "ERROR") {
    const code = statusOfError.safeParse(object).data?.code ?? 0;
    return code === 410 ? { kind: "expired" } : { kind: "error", code };
  }
  const version = versioned.safeParse(object).data?.metadata.resourceVersion;
  if (version === undefined) return { kind: "unknown" };
  const kind =
    type === "DELETED" ? "gone" : type === "ADDED" || type === "MODIFIED" ? "seen" : undefined;
  const pod = kind === undefined ? undefined : podOf(object);
  return kind === undefined || pod === undefined
    ? { kind: "bookmark", version }
    : { kind, pod, version };
}

function podOf(item: unknown): KnownPod | undefined {
  const read = podSchema.safeParse(item).data;
  if (read === undefined) return undefined;
  const { metadata, spec, status } = read;
  const { uid, name, namespace, annotations } = metadata;
  const labels = labelsOf(metadata.labels);
  const owner = ownerOf(metadata.ownerReferences ?? [], labels);
  // Anybody may write annotations. A hash has no hyphens, so it never passes for the uid of an ordinary pod.
  const hash = /^[0-9a-f]{32}$/.exec(annotations?.["kubernetes.io/config.hash"] ?? "")?.[0];
  return {
    uid,
    cgroupUid: hash ?? uid,
    pod: { name, namespace, labels, ...(owner !== undefined && { owner }) },
    ...containersOf(
      [spec?.containers, spec?.initContainers, spec?.ephemeralContainers],
      [
        status?.containerStatuses,
        status?.initContainerStatuses,
        status?.ephemeralContainerStatuses,
      ],
    ),
  };
}

function labelsOf(given: unknown): Labels {
  if (typeof given !== "object" || given === null) return {};
  const fitting = Object.entries(given as Readonly<Record<string, unknown>>).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === "string" &&
      entry[0].length <= most.labelName &&
      entry[1].length <= most.labelValue,
  );
  return Object.fromEntries(fitting.slice(0, most.labels));
}

/** What controls it. The ReplicaSet of a Deployment is called as that and a hash, which is also a label. */
function ownerOf(references: readonly unknown[], labels: Labels): string | undefined {
  const owner = references
    .map((reference) => ownerSchema.safeParse(reference).data)
    .find((read) => read !== undefined);
  if (owner === undefined) return undefined;
  const { kind, name } = owner;
  const hash = Object.hasOwn(labels, "pod-template-hash") ? labels["pod-template-hash"] : "";
  const suffix = `-${hash}`;
  const deployed =
    kind === "ReplicaSet" && hash !== "" && name.length > suffix.length && name.endsWith(suffix);
  return deployed ? `Deployment/${name.slice(0, -suffix.length)}` : `${kind}/${name}`;
}

type Lists = readonly (readonly unknown[] | undefined)[];

function containersOf(specs: Lists, statuses: Lists): Pick<KnownPod, "containers" | "ended"> {
  const bounded = (lists: Lists) => lists.flatMap((list) => list ?? []).slice(0, most.containers);
  const asked = new Map(
    bounded(specs).flatMap((item) => {
      const read = containerSchema.safeParse(item).data;
      return read === undefined ? [] : [[read.name, read] as const];
    }),
  );
  const containers = new Map<string, Container>();
  const ended = new Map<string, Container>();
  for (const item of bounded(statuses)) {
    const status = statusSchema.safeParse(item).data;
    if (status === undefined) continue;
    const spec = asked.get(status.name);
    const { memory, cpu } = spec?.resources?.limits ?? {};
    const last = status.lastState?.terminated;
    const now = status.state?.terminated;
    const container: Container = {
      name: status.name,
      ...given("image", spec?.image),
      labels: {},
      ...given("memoryLimitBytes", quantity(memory ?? "")),
      ...given("cpuLimitCores", quantity(cpu ?? "")),
      ...given("restarts", status.restartCount),
      ...given("lastTermination", now?.reason ?? last?.reason),
    };
    for (const terminated of [last, now]) {
      const id = idOf(terminated?.containerID);
      if (id === undefined) continue;
      containers.set(id, container);
      ended.set(id, { ...container, ...given("lastTermination", terminated?.reason) });
    }
    const id = idOf(status.containerID);
    if (id !== undefined) containers.set(id, container);
  }
  return { containers, ended };
}

/** The digits of `containerd://ID`, whichever runtime it names. */
function idOf(text: string | undefined): string | undefined {
  return /^[a-z][a-z0-9+.-]{0,31}:\/\/([0-9a-f]{64})$/.exec(text ?? "")?.[1];
}

function given<const K extends string, T>(key: K, value: T | undefined) {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
