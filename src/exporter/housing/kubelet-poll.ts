import type { Host } from "../../model/host.ts";
import type { KubeletOptions, KubernetesState } from "../../model/kubernetes.ts";
import { parseKubeletPods } from "./kubernetes-answers.ts";
import { settled, stepOf } from "./kubernetes-reader.ts";
import { destination } from "./kubernetes-requests.ts";
import {
  createPodSource,
  type KubernetesListener,
  type KubernetesWatch,
  pauseSeconds,
} from "./kubernetes-source.ts";

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
  const { patienceSeconds } = options;
  let wake: () => void = () => undefined;
  const source = createPodSource(clock, {
    onState,
    ...(patienceSeconds !== undefined && { patienceSeconds }),
    onWait() {
      wake();
    },
  });
  const { book, patience, say, isClosed } = source;
  let seconds = 0;

  async function ask(): Promise<KubernetesState> {
    const began = clock.monotonicSeconds();
    const to = destination(host.files, options, "/pods");
    const answer = await settled(() =>
      host.exchange({ ...to, timeoutSeconds, maxBytes }, source.closing),
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
      await source.pause(pause);
      const rest = everySeconds * (0.9 + 0.2 * random()) - leastSeconds;
      if (failures === 0) await source.pause(rest, wanted);
    }
  }

  void run();
  return source.watch(() => seconds);
}
