import type { CgroupIdentity } from "../../model/cgroup-identity.ts";
import type { Clock } from "../../model/host.ts";
import { within } from "../../model/within.ts";

/** Waits a little for pods whose first event may be on its way. */
export interface Patience {
  /** Resolves when all of them are known, or when it has waited long enough. Never waits twice for the same pod. */
  wait(identities: readonly CgroupIdentity[]): Promise<void>;
  /** Something new is known. */
  news(): void;
  /** A question was answered, or was not: nobody waits for a server that does not answer. */
  settle(answers: boolean): void;
}

/** A new pod's event comes before its process; this is for the one that does not. */
const forOnePod = 1;
/** The first list brings them all. */
const usualForTheList = 2;
/** Pods that nobody knows are few. */
const mostWaitedFor = 4096;

export function createPatience(
  clock: Clock,
  isKnown: (identity: CgroupIdentity) => boolean,
  forTheList = usualForTheList,
  /** Called when somebody begins to wait. */
  onWait: () => void = () => undefined,
): Patience {
  const waitedFor = new Set<string>();
  const waiting = new Set<{ wanted: readonly CgroupIdentity[]; resolve: () => void }>();
  let server: "unheard" | "answers" | "fails" = "unheard";

  function news(): void {
    for (const { wanted, resolve } of waiting)
      if (server === "fails" || wanted.every(isKnown)) resolve();
  }

  return {
    news,
    settle(answers) {
      server = answers ? "answers" : "fails";
      news();
    },
    async wait(identities) {
      const wanted = identities.filter(
        (identity) => !isKnown(identity) && !waitedFor.has(identity.pod?.uid ?? ""),
      );
      if (wanted.length === 0 || server === "fails") return;
      for (const { pod } of wanted) waitedFor.add(pod?.uid ?? "");
      if (waitedFor.size > mostWaitedFor) waitedFor.clear();
      onWait();
      const patience = server === "unheard" ? forTheList : forOnePod;
      const known = new Promise<void>((resolve) => {
        waiting.add({ wanted, resolve });
      });
      await within(clock, known, patience);
      for (const one of waiting) if (one.wanted === wanted) waiting.delete(one);
    },
  };
}
