import type { CgroupIdentity } from "../../model/cgroup-identity.ts";
import type { HousingSource } from "../../model/container.ts";
import type { Host } from "../../model/host.ts";
import type { ApiServerOptions, KubernetesState } from "../../model/kubernetes.ts";
import { within } from "../../model/within.ts";
import type { KnownPod } from "./kubernetes-answers.ts";
import { createPatience } from "./kubernetes-patience.ts";
import { createPodBook } from "./kubernetes-pods.ts";
import { createPodReader, type Step } from "./kubernetes-reader.ts";
import { createTeller } from "./kubernetes-teller.ts";

/** A source of pods that goes on asking in the background until it is closed. */
export interface KubernetesWatch extends HousingSource {
  /** Whether pods are known, and the newest question was answered. */
  success(): boolean;
  /** How long the newest list took, in seconds. */
  listSeconds(): number;
  close(): void;
}

export interface KubernetesListener {
  /** What comes of asking, when that has changed. */
  readonly onState: (state: KubernetesState) => void;
  /** A pod as it is now, or was at its end. */
  readonly onPod: (pod: KnownPod) => void;
}

/** Everything is listed anew this often, in case an event was lost. */
const resyncSeconds = 1800;

/**
 * Lists the pods of a node and follows what happens to them. Whatever fails is tried again, later each time, and what is
 * known stays. `random` gives numbers from 0 to 1.
 */
export function createKubernetesWatch(
  host: Host,
  options: ApiServerOptions,
  { onState, onPod }: KubernetesListener,
  random: () => number = Math.random,
): KubernetesWatch {
  const { clock } = host;
  const closing = new AbortController();
  const closed = new Promise<void>((resolve) => {
    closing.signal.addEventListener("abort", () => {
      resolve();
    });
  });
  const book = createPodBook(clock);
  const patience = createPatience(
    clock,
    ({ pod }) => pod === undefined || book.knows(pod.uid),
    options.patienceSeconds,
  );
  const reader = createPodReader(host, options, closing.signal, {
    seen: (pod) => {
      book.put(pod);
      onPod(pod);
      patience.news();
    },
    gone: (pod) => {
      book.remove(pod);
      onPod(pod);
    },
    begun: () => {
      beginnings += 1;
      patience.settle(true);
      say({ kind: "asked", pods: book.size });
    },
  });
  let failures = 0;
  let beginnings = 0;
  let listedAt = -Infinity;
  let lastResync = 0;
  let listSeconds = 0;
  const { say, success } = createTeller(onState);

  const isClosed = () => closing.signal.aborted;

  async function list(): Promise<Step> {
    const began = clock.monotonicSeconds();
    const listed = await reader.list();
    if (listed.kind !== "listed") return listed;
    book.replace(listed.pods);
    for (const pod of listed.pods) onPod(pod);
    listedAt = clock.monotonicSeconds();
    listSeconds = listedAt - began;
    // Nodes that started together shall not come together for ever.
    lastResync = resyncSeconds * (0.9 + 0.2 * random());
    patience.settle(true);
    say({ kind: "asked", pods: book.size });
    return { kind: "fine" };
  }

  async function step(): Promise<void> {
    const began = clock.monotonicSeconds();
    const before = beginnings;
    const due = !reader.canGoOn() || began - listedAt >= lastResync;
    const next = due ? await list() : await reader.watch(240 + 60 * random());
    if (isClosed()) return;
    if (next.kind !== "fine" && next.kind !== "expired") say(next);
    if (due && next.kind === "fine") return;
    patience.settle(next.kind === "fine");
    // Neither a list nor a watch without a word is a reason to be quicker: some servers have nothing to follow, ever.
    failures = beginnings > before ? 0 : failures + 1;
    await within(clock, closed, pauseSeconds(failures, random()));
  }

  async function run(): Promise<void> {
    while (!isClosed()) await step();
  }

  void run();
  return {
    asks: true,
    learn: (identities: readonly CgroupIdentity[]) => patience.wait(identities),
    of: (identity) => book.of(identity),
    changes: () => book.changes(),
    success,
    listSeconds: () => listSeconds,
    close() {
      closing.abort();
    },
  };
}

/** About a second at first, after the sixth failure in a row and more about a minute; never on the beat of others. */
export function pauseSeconds(failures: number, random: number): number {
  return Math.min(60, 2 ** Math.max(0, failures - 1)) * (0.5 + random);
}
