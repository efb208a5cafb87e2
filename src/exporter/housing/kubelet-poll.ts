import type { CgroupIdentity } from "../../model/cgroup-identity.ts";
import type { Host } from "../../model/host.ts";
import type { KubeletOptions, KubernetesState } from "../../model/kubernetes.ts";
import { within } from "../../model/within.ts";
import { parseKubeletPods } from "./kubernetes-answers.ts";
import { createPatience } from "./kubernetes-patience.ts";
import { createPodBook } from "./kubernetes-pods.ts";
import { settled, stepOf } from "./kubernetes-reader.ts";
import { destination } from "./kubernetes-requests.ts";
import { createTeller } from "./kubernetes-teller.ts";
import { type KubernetesListener, type KubernetesWatch, pauseSeconds } from "./kubernetes-watch.ts";

/** A kubelet has nothing to follow: everything is asked for this often, in seconds. */
const everySeconds = 10;
/** For a process in a pod that nobody knows sooner, but no sooner than this. */
const leastSeconds = 2;
const timeoutSeconds = 10;
/** Some 250 pods; it knows no pages, and what is parsed takes several times as much. */
const maxBytes = 8 * 1024 * 1024;

/**
 * Asks the node's own kubelet for its pods, again and again. Whatever fails is tried again, later each time, and what is
 * known stays. `random` gives numbers from 0 to 1.
 */
export function createKubeletPoll(
  host: Host,
  options: KubeletOptions,
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
  let wake: () => void = () => undefined;
  const patience = createPatience(
    clock,
    ({ pod }) => pod === undefined || book.knows(pod.uid),
    options.patienceSeconds,
    () => {
      wake();
    },
  );
  const { say, success } = createTeller(onState);
  let seconds = 0;

  async function ask(): Promise<KubernetesState> {
    const began = clock.monotonicSeconds();
    const to = destination(host.files, options, "/pods");
    const answer = await settled(() =>
      host.exchange({ ...to, timeoutSeconds, maxBytes }, closing.signal),
    );
    if (answer.kind !== "answered" || answer.status !== 200) {
      const step = stepOf(answer);
      if (step.kind === "expired") return { kind: "refused", status: 410 };
      return step.kind === "fine" ? { kind: "unclear" } : step;
    }
    const pods = parseKubeletPods(answer.body.toString("utf8"));
    if (pods === undefined) return { kind: "unclear" };
    book.replace(pods);
    for (const pod of pods) onPod(pod);
    seconds = clock.monotonicSeconds() - began;
    return { kind: "asked", pods: book.size };
  }

  const isClosed = () => closing.signal.aborted;

  async function run(): Promise<void> {
    for (let failures = 0; !isClosed();) {
      const next = await ask();
      if (isClosed()) return;
      // Whoever waited for this answer has it.
      const wanted = new Promise<void>((resolve) => (wake = resolve));
      say(next);
      patience.settle(next.kind === "asked");
      failures = next.kind === "asked" ? 0 : failures + 1;
      const pause = failures === 0 ? leastSeconds : pauseSeconds(failures, random());
      await within(clock, closed, pause);
      const rest = everySeconds * (0.9 + 0.2 * random()) - leastSeconds;
      if (failures === 0) await within(clock, Promise.race([closed, wanted]), rest);
    }
  }

  void run();
  return {
    asks: true,
    learn: (identities: readonly CgroupIdentity[]) => patience.wait(identities),
    of: (identity) => book.of(identity),
    changes: () => book.changes(),
    success,
    listSeconds: () => seconds,
    close() {
      closing.abort();
    },
  };
}
