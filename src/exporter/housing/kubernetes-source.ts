import type { CgroupIdentity } from "../../model/cgroup-identity.ts";
import type { HousingSource } from "../../model/container.ts";
import type { Clock } from "../../model/host.ts";
import type { KubernetesState } from "../../model/kubernetes.ts";
import { within } from "../../model/within.ts";
import type { KnownPod } from "./kubernetes-answers.ts";
import { createPatience, type Patience } from "./kubernetes-patience.ts";
import { createPodBook, type PodBook } from "./kubernetes-pods.ts";
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

/** What a source of pods has, whoever it asks. */
export interface PodSource {
  readonly book: PodBook;
  readonly patience: Patience;
  /** Tells of what came of asking, when that has changed. */
  readonly say: (state: KubernetesState) => void;
  /** Ends every question when the source is closed. */
  readonly closing: AbortSignal;
  readonly isClosed: () => boolean;
  /** Resolves after so many seconds, or when the source is closed, or when `until` resolves. */
  readonly pause: (seconds: number, until?: Promise<void>) => Promise<void>;
  /** Itself, for those who want to know of pods. */
  watch(listSeconds: () => number): KubernetesWatch;
}

export interface PodSourceOptions {
  /** How long somebody waits for the first list; 2 seconds when absent. */
  readonly patienceSeconds?: number;
  readonly onState: KubernetesListener["onState"];
  /** Called when somebody begins to wait for a pod. */
  readonly onWait?: () => void;
}

export function createPodSource(clock: Clock, options: PodSourceOptions): PodSource {
  const ending = new AbortController();
  const closed = new Promise<void>((resolve) => {
    ending.signal.addEventListener("abort", () => {
      resolve();
    });
  });
  const book = createPodBook(clock);
  const isKnown = ({ pod }: CgroupIdentity) => pod === undefined || book.knows(pod.uid);
  const patience = createPatience(clock, isKnown, options.patienceSeconds, options.onWait);
  const { say, success } = createTeller(options.onState);

  return {
    book,
    patience,
    say,
    closing: ending.signal,
    isClosed: () => ending.signal.aborted,
    pause: (seconds, until) =>
      within(clock, until === undefined ? closed : Promise.race([closed, until]), seconds),
    watch: (listSeconds) => ({
      asks: true,
      learn: (identities) => patience.wait(identities),
      of: (identity) => book.of(identity),
      changes: () => book.changes(),
      success,
      listSeconds,
      close() {
        ending.abort();
      },
    }),
  };
}

/** About a second at first, after the sixth failure in a row and more about a minute; never on the beat of others. */
export function pauseSeconds(failures: number, random: number): number {
  return Math.min(60, 2 ** Math.max(0, failures - 1)) * (0.5 + random);
}
