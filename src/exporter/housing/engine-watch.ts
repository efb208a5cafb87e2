import type { CgroupIdentity } from "../../model/cgroup-identity.ts";
import type { Container, HousingSource } from "../../model/container.ts";
import type { EngineContainerEnd, EngineState } from "../../model/engine-news.ts";
import type { Host } from "../../model/host.ts";
import { within } from "../../model/within.ts";
import { createEngine } from "./engine.ts";
import type { EngineEvent } from "./engine-answers.ts";
import { containerEnd } from "./engine-end.ts";
import { createRefresher } from "./refresher.ts";
import { createShelf } from "./shelf.ts";

/** Knows containers by asking engines, and hears what happens to them. */
export interface EngineWatch extends HousingSource {
  /** Call once a second. Without it nothing is followed: for whoever looks once. */
  tick(): void;
  /** Containers in which a process was killed for lack of memory, each time, since this was last asked. */
  takeOomKills(): readonly string[];
  /** Whether every engine that has a socket answers, and one has; and seconds spent asking since this was last asked. */
  takeOutcome(): { readonly success: boolean; readonly seconds: number };
  close(): void;
}

export interface EngineWatchOptions {
  /** Where engines listen; the usual places when absent. */
  readonly sockets?: readonly string[];
  /** Hears when an engine answers or does not any more. */
  readonly onNews?: (news: EngineState) => void;
  /** Hears how one ended that it knows. */
  readonly onEnd?: (id: string, end: EngineContainerEnd) => void;
}

/** All that a look for processes waits for engines, in seconds. */
const learnSeconds = 2;
const mostAtATime = 4;
const mostRemembered = 1024;
/** Whoever looks a moment after a container is removed still finds its name. */
const keptSeconds = 60;

/** Docker's, Podman's, and that of our own user's Podman. */
export function usualSockets(uid: number): readonly string[] {
  return ["/var/run/docker.sock", "/run/podman/podman.sock", `/run/user/${uid}/podman/podman.sock`];
}

export function createEngineWatch(host: Host, options: EngineWatchOptions = {}): EngineWatch {
  const { sockets = usualSockets(host.uid), onNews = () => undefined, onEnd } = options;
  const now = () => host.clock.monotonicSeconds();
  const shelf = createShelf(mostRemembered, keptSeconds);
  /** Asked for, when somebody who may know did not answer. */
  let missed = false;
  let saidNowhere = false;
  let changes = 0;
  let spent = 0;
  const oomKills: string[] = [];
  /** Of containers that run still: their end tells the same kill once more. */
  const toldOfOom = new Set<string>();
  const refresher = createRefresher(mostAtATime, refresh);
  const asking = new Map<string, Promise<void>>();

  const isExpected = options.sockets !== undefined;
  /** How often each began to answer. */
  const reached = sockets.map(() => 0);
  const engines = sockets.map((socketPath, index) =>
    createEngine(
      host,
      { socketPath, isExpected },
      {
        onEvent: (event) => {
          heard(event);
        },
        onReached() {
          reached[index] = (reached[index] ?? 0) + 1;
          // While nobody listened, anything may have changed; and those that no other engine knew may be this one's.
          if (shelf.forgetAbsent() || missed) changes += 1;
          missed = false;
          for (const id of shelf.known()) refresher.add(id);
        },
        onNews,
      },
    ),
  );

  /** Resolves once it is known, known to be nobody's, or nobody answers. */
  async function find(id: string): Promise<void> {
    let sure = true;
    const reachedWhenAsked: (number | undefined)[] = [];
    for (const [index, engine] of engines.entries()) {
      const found = await engine.inspect(id);
      if (found.kind === "known") {
        shelf.put(id, found.inspected.container);
        return;
      }
      reachedWhenAsked.push(reached[index]);
      sure &&= found.kind === "absent";
    }
    // One that began to answer after its turn will not say so again.
    if (reached.some((times, index) => times !== reachedWhenAsked[index])) changes += 1;
    else if (sure) shelf.put(id, undefined);
    else missed = true;
    if (saidNowhere || engines.some((engine) => engine.answers() !== undefined)) return;
    saidNowhere = true;
    onNews({ kind: "nowhere", sockets });
  }

  /** One question about a container at a time, whoever asks. */
  function findOnce(id: string): Promise<void> {
    const open = asking.get(id) ?? find(id).finally(() => asking.delete(id));
    asking.set(id, open);
    return open;
  }

  /** Says of each when all were asked about it. */
  async function findAll(
    ids: readonly string[],
    deadline: number,
    onAsked: () => void,
  ): Promise<void> {
    const queue = [...ids];
    const work = async () => {
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
        if (now() >= deadline) return;
        await findOnce(id);
        onAsked();
      }
    };
    await Promise.all(Array.from({ length: mostAtATime }, work));
  }

  /** Asks again about one that is known. */
  async function refresh(id: string): Promise<void> {
    const before = shelf.get(id);
    if (before === undefined) return;
    let gone = true;
    for (const engine of engines) {
      const found = await engine.inspect(id);
      gone &&= found.kind === "absent";
      if (found.kind !== "known") continue;
      const { container } = found.inspected;
      shelf.put(id, container);
      if (!showsSame(before, container)) changes += 1;
      return;
    }
    if (gone) shelf.leave(id, now());
  }

  async function endOf(id: string, last: Container, exitCode: number | undefined): Promise<void> {
    for (const engine of engines) {
      const found = await engine.inspect(id);
      if (found.kind !== "known") continue;
      const { container, endedByOom } = found.inspected;
      const oomKilled = endedByOom || toldOfOom.has(id);
      if (endedByOom && !toldOfOom.has(id)) tellOom(id);
      onEnd?.(id, containerEnd(id, container, oomKilled, exitCode));
      return;
    }
    // It was removed at once.
    onEnd?.(id, containerEnd(id, last, toldOfOom.has(id), exitCode));
  }

  function tellOom(id: string): void {
    // Nobody takes them where nobody looks.
    if (oomKills.length < mostRemembered) oomKills.push(id);
    if (toldOfOom.size < mostRemembered) toldOfOom.add(id);
  }

  function heard({ kind, id, exitCode }: EngineEvent): void {
    switch (kind) {
      case "oom":
        tellOom(id);
        return;
      case "die": {
        const last = shelf.get(id);
        if (last !== undefined) void endOf(id, last, exitCode);
        return;
      }
      case "destroy":
        toldOfOom.delete(id);
        shelf.leave(id, now());
        return;
      case "start":
        toldOfOom.delete(id);
        refresher.add(id);
        return;
      case "rename":
      case "update":
        refresher.add(id);
    }
  }

  return {
    asks: true,
    async learn(identities) {
      const asked = identities.flatMap((identity) => idOf(identity) ?? []);
      const ids = [...new Set(asked)].filter((id) => !shelf.has(id));
      if (ids.length === 0) return;
      const began = now();
      let left = ids.length;
      const finding = findAll(ids, began + learnSeconds, () => (left -= 1));
      await within(host.clock, finding, learnSeconds);
      spent += now() - began;
      // A slow engine: the rest is asked for at the next look.
      if (left > 0) changes += 1;
    },
    of(identity) {
      const id = idOf(identity);
      const container = id === undefined ? undefined : shelf.get(id);
      return container === undefined ? {} : { container };
    },
    changes: () => changes,
    tick() {
      shelf.tidy(now());
      for (const engine of engines) engine.tick();
    },
    takeOomKills: () => oomKills.splice(0),
    takeOutcome() {
      const answers = engines.flatMap((engine) => engine.answers() ?? []);
      const outcome = {
        success: answers.length > 0 && answers.every(Boolean),
        seconds: spent,
      };
      spent = 0;
      return outcome;
    },
    close() {
      for (const engine of engines) engine.close();
    },
  };
}

/** Of containers that an engine with this API may know: containerd and CRI-O have another. */
function idOf({ container }: CgroupIdentity): string | undefined {
  const isOthers = container?.engine === "containerd" || container?.engine === "cri-o";
  return isOthers ? undefined : container?.id;
}

/** A restart alone changes nothing that anybody is told. */
function showsSame(one: Container, other: Container): boolean {
  const shown = ({ name, image, labels }: Container) =>
    JSON.stringify([name, image, Object.entries(labels).sort()]);
  return shown(one) === shown(other);
}
