import type { KubernetesState } from "../../model/kubernetes.ts";

/** Tells what comes of asking when that has changed, and remembers it. */
export interface Teller {
  readonly say: (state: KubernetesState) => void;
  /** Whether the newest question was answered. */
  readonly success: () => boolean;
}

export function createTeller(onState: (state: KubernetesState) => void): Teller {
  let last: KubernetesState | undefined;
  // How many pods there are is no news.
  const key = (of: KubernetesState | undefined) =>
    of?.kind === "asked" ? of.kind : JSON.stringify(of);
  return {
    say(state) {
      const isNews = key(state) !== key(last);
      last = state;
      if (isNews) onState(state);
    },
    success: () => last?.kind === "asked",
  };
}
