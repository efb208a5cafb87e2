import type { CgroupIdentity } from "../../model/cgroup-identity.ts";
import type { HousingSource } from "../../model/container.ts";
import type { Host } from "../../model/host.ts";
import type { KubernetesOptions, KubernetesState } from "../../model/kubernetes.ts";
import { within } from "../../model/within.ts";
import { createPatience } from "./kubernetes-patience.ts";
import { createPodBook } from "./kubernetes-pods.ts";
import { createPodReader, type Step } from "./kubernetes-reader.ts";

/** A source of pods that goes on asking in the background until it is closed. */
export interface KubernetesWatch extends HousingSource {
  /** Whether pods are known, and the newest question was answered. */
  success(): boolean;
  /** How long the newest list took, in seconds. */
  listSeconds(): number;
  close(): void;
}

/** Everything is listed anew this often, in case an event was lost. */
const resyncSeconds = 1800;
/** A server that ends each watch at once is not asked in a loop. */
const shortestWatchSeconds = 5;

/**
 * Lists the pods of a node and follows what happens to them. Whatever fails is tried again, later each time, and what is
 * known stays. `tell` hears what comes of it when that changes; `random` gives numbers from 0 to 1.
 */
export function createKubernetesWatch(
  host: Host,
  options: KubernetesOptions,
  tell: (state: KubernetesState) => void = () => undefined,
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
  const patience = createPatience(clock, ({ pod }) => pod === undefined || book.knows(pod.uid));
  const reader = createPodReader(host, options, closing.signal, {
    seen: (pod) => {
      book.put(pod);
      patience.news();
    },
    gone: (pod) => {
      book.remove(pod);
    },
    begun: () => {
      begun = true;
      patience.settle(true);
      say({ kind: "asked", node: options.node, pods: book.size });
    },
  });
  let failures = 0;
  let begun = false;
  let listedAt = -Infinity;
  let lastResync = 0;
  let listSeconds = 0;
  let state: KubernetesState | undefined;

  function say(next: KubernetesState): void {
    const key = (of: KubernetesState | undefined) =>
      of?.kind === "asked" ? of.kind : JSON.stringify(of);
    const news = key(next) !== key(state);
    state = next;
    if (news) tell(next);
  }

  async function list(): Promise<Step> {
    const began = clock.monotonicSeconds();
    const listed = await reader.list();
    if (listed.kind !== "listed") return listed;
    book.replace(listed.pods);
    listedAt = clock.monotonicSeconds();
    listSeconds = listedAt - began;
    // Nodes that started together shall not come together for ever.
    lastResync = resyncSeconds * (0.9 + 0.2 * random());
    patience.settle(true);
    say({ kind: "asked", node: options.node, pods: book.size });
    return { kind: "fine" };
  }

  async function step(): Promise<void> {
    const began = clock.monotonicSeconds();
    begun = false;
    const due = !reader.canGoOn() || began - listedAt >= lastResync;
    const next = due ? await list() : await reader.watch(240 + 60 * random());
    if (closing.signal.aborted) return;
    if (next.kind !== "fine" && next.kind !== "expired") say(next);
    if (due && next.kind === "fine") return;
    patience.settle(next.kind === "fine");
    const well = begun && clock.monotonicSeconds() - began >= shortestWatchSeconds;
    // A list is no reason to be quicker: some servers have nothing to follow, ever.
    failures = well ? 0 : failures + 1;
    await within(clock, closed, pauseSeconds(failures, random()));
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) await step();
  }

  void run();
  return {
    asks: true,
    learn: (identities: readonly CgroupIdentity[]) => patience.wait(identities),
    of: (identity) => book.of(identity),
    changes: () => book.changes(),
    success: () => state?.kind === "asked",
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
