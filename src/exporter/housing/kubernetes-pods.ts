import type { CgroupIdentity } from "../../model/cgroup-identity.ts";
import type { Housing } from "../../model/container.ts";
import type { Clock } from "../../model/host.ts";
import type { KnownPod } from "./kubernetes-answers.ts";

/** Pods of the node as last heard of, and what was told of them. */
export interface PodBook {
  /** All that there are; others are gone. */
  replace(pods: readonly KnownPod[]): void;
  put(pod: KnownPod): void;
  /** Its processes may outlive it for a while, and its last words are still wanted. */
  remove(pod: KnownPod): void;
  knows(cgroupUid: string): boolean;
  of(identity: CgroupIdentity): Housing;
  /** Grows when what was told of somebody is not what would be told now. */
  changes(): number;
  /** How many there are, those that are gone left out. */
  readonly size: number;
}

/** No kubelet runs more; what is beyond is left out. */
export const mostPods = 2048;
/** How long one that is gone is remembered, in seconds. */
const rememberedSeconds = 300;
/** Processes of containers that no cluster knows are told of, too. */
const mostTold = 4096;

interface Entry extends KnownPod {
  readonly goneAt?: number;
}

export function createPodBook(clock: Clock): PodBook {
  const entries = new Map<string, Entry>();
  /** Who was told what. */
  const told = new Map<string, { readonly identity: CgroupIdentity; words: string }>();
  let changed = 0;
  let moved = false;

  function forgetOld(): void {
    const now = clock.monotonicSeconds();
    for (const [key, { goneAt = now }] of entries)
      if (now - goneAt >= rememberedSeconds) forget(key);
  }

  /** That nothing is known any more of what is long gone is no news to anybody. */
  function forget(key: string): void {
    entries.delete(key);
    for (const [asked, { identity }] of told) if (identity.pod?.uid === key) told.delete(asked);
  }

  function put(pod: KnownPod): void {
    const known = entries.get(pod.cgroupUid);
    // Who claims the hash of another static pod does not get it while that is there.
    if (known !== undefined && known.uid !== pod.uid && known.goneAt === undefined) return;
    if (known === undefined && entries.size >= mostPods) return;
    entries.set(pod.cgroupUid, pod);
    moved = true;
  }

  function remove({ cgroupUid, uid }: KnownPod): void {
    const known = entries.get(cgroupUid);
    if (known === undefined || known.uid !== uid || known.goneAt !== undefined) return;
    entries.set(cgroupUid, { ...known, goneAt: clock.monotonicSeconds() });
  }

  function find({ pod, container }: CgroupIdentity): Housing {
    const id = container?.id ?? "";
    const entry =
      pod === undefined
        ? [...entries.values()].find(({ containers }) => containers.has(id))
        : entries.get(pod.uid);
    const known = entry?.containers.get(id);
    return {
      ...(known !== undefined && { container: known }),
      ...(entry !== undefined && { pod: entry.pod }),
    };
  }

  return {
    replace(pods) {
      forgetOld();
      const present = new Set(pods.map(({ uid }) => uid));
      for (const entry of [...entries.values()]) if (!present.has(entry.uid)) remove(entry);
      for (const pod of pods) put(pod);
    },
    put(pod) {
      forgetOld();
      put(pod);
    },
    remove(pod) {
      forgetOld();
      // The last words come with it.
      put(pod);
      remove(pod);
    },
    knows: (cgroupUid) => entries.has(cgroupUid),
    of(identity) {
      const housing = find(identity);
      const key = `${identity.pod?.uid ?? ""} ${identity.container?.id ?? ""}`;
      const words = wordsOf(housing);
      const before = told.get(key);
      // Who asks first is not everybody who was told.
      if (before !== undefined && before.words !== words) changed += 1;
      const [oldest] = before === undefined && told.size >= mostTold ? told.keys() : [];
      if (oldest !== undefined) told.delete(oldest);
      told.set(key, { identity, words });
      return housing;
    },
    changes() {
      if (!moved) return changed;
      moved = false;
      let differs = false;
      for (const asked of told.values()) {
        const words = wordsOf(find(asked.identity));
        differs ||= words !== asked.words;
        asked.words = words;
      }
      if (differs) changed += 1;
      return changed;
    },
    get size() {
      return [...entries.values()].filter(({ goneAt }) => goneAt === undefined).length;
    },
  };
}

/** What names a process: how often its container was started again does not. */
function wordsOf({ container, pod }: Housing): string {
  return JSON.stringify([container?.name, container?.image, pod]);
}
