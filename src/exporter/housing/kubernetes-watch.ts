import type { Host } from "../../model/host.ts";
import type { ApiServerOptions } from "../../model/kubernetes.ts";
import { createPodReader, type Step } from "./kubernetes-reader.ts";
import {
  createPodSource,
  type KubernetesListener,
  type KubernetesWatch,
  pauseSeconds,
} from "./kubernetes-source.ts";

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
  const { patienceSeconds } = options;
  const source = createPodSource(clock, {
    onState,
    ...(patienceSeconds !== undefined && { patienceSeconds }),
  });
  const { book, patience, say, isClosed } = source;
  const reader = createPodReader(host, options, source.closing, {
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
    await source.pause(pauseSeconds(failures, random()));
  }

  async function run(): Promise<void> {
    while (!isClosed()) await step();
  }

  void run();
  return source.watch(() => listSeconds);
}
