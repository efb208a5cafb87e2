import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import {
  createEngineWatch,
  type EngineWatch,
  usualSockets,
} from "../../../src/exporter/housing/engine-watch.ts";
import type { EngineContainerEnd, EngineState } from "../../../src/model/engine-news.ts";
import type { Exchange } from "../../../src/model/exchange.ts";
import { memoryHost, type MemoryHost } from "../../support/memory-host.ts";

const docker = "/var/run/docker.sock";
const podman = "/run/podman/podman.sock";
const id = (n: number) => n.toString(16).padStart(64, "0");
const inside = (n: number, engine?: "docker" | "containerd") => ({
  container: { id: id(n), ...(engine !== undefined && { engine }) },
});

type Answer = Exchange | Promise<Exchange>;
const body = (value: unknown): Exchange => ({
  kind: "answered",
  status: 200,
  body: Buffer.from(JSON.stringify(value)),
});
const noSuch: Exchange = { kind: "answered", status: 404, body: Buffer.from("{}") };
const never = new Promise<Exchange>(() => undefined);
const named = (name: string, state = {}) =>
  body({ Name: `/${name}`, Config: { Labels: { app: name } }, State: state });

/** An engine that knows some containers; a test changes `answers` and `version`. */
function engineHost(sockets: readonly string[] = [docker]) {
  const host = memoryHost(Object.fromEntries(sockets.map((path) => [path, ""])), { uid: 501 });
  const answers = new Map<string, Answer>();
  const engine = { version: body({ ApiVersion: "1.41" }) as Answer, other: noSuch as Answer };
  host.answer((request) => {
    if (request.url === "http://engine/version") return engine.version;
    const asked = /^http:\/\/engine\/v1\.41\/containers\/([0-9a-f]{64})\/json$/.exec(request.url);
    assert.ok(asked, request.url);
    return answers.get(asked[1] ?? "") ?? engine.other;
  });
  const inspected = () =>
    host.asked
      .filter(({ url }) => url.includes("/containers/"))
      .map(({ socketPath }) => socketPath);
  return { host, answers, engine, inspected };
}

/** Lets everything happen that waits for nothing but its turn. */
async function settle(host: MemoryHost, seconds = 0): Promise<void> {
  for (let n = 0; n < 10; n++) await turn();
  if (seconds === 0) return;
  host.clock.advance(seconds);
  await settle(host);
}

/** What `serve` does every second. */
async function pass(host: MemoryHost, watch: EngineWatch, seconds: number): Promise<void> {
  for (let n = 0; n < seconds; n++) {
    watch.tick();
    await settle(host, 1);
  }
}

/** The same answers, so many seconds later. */
function slowly(host: MemoryHost, seconds: number): MemoryHost["exchange"] {
  return async (request, signal) => {
    await host.clock.sleep(seconds);
    return host.exchange(request, signal);
  };
}

function event(Action: string, n: number, at: number, Attributes = {}): string {
  return JSON.stringify({ Type: "container", Action, Actor: { ID: id(n), Attributes }, time: at });
}

describe("engine-watch", () => {
  it("asks about a container once, and tells of it from memory", async () => {
    const { host, answers, inspected } = engineHost();
    answers.set(id(1), named("chat"));
    const watch = createEngineWatch(host);
    assert.deepEqual(watch.of(inside(1)), {});
    await watch.learn([inside(1), inside(1, "docker"), {}]);
    await watch.learn([inside(1)]);
    assert.equal(watch.of(inside(1)).container?.name, "chat");
    assert.deepEqual(watch.of({}), {});
    assert.deepEqual(inspected(), [docker]);
    assert.equal(watch.changes(), 0);
  });

  it("asks one engine after the other, remembers that none has it, and asks nobody about containerd's", async () => {
    const { host, inspected } = engineHost([docker, podman]);
    const watch = createEngineWatch(host);
    await watch.learn([inside(1), inside(2, "containerd")]);
    await watch.learn([inside(1)]);
    assert.deepEqual(inspected(), [docker, podman]);
  });

  it("sends nothing but GET, to sockets and no address, whatever happens", async () => {
    const { host, answers } = engineHost([docker, podman]);
    answers.set(id(1), named("chat"));
    const watch = createEngineWatch(host);
    await watch.learn([inside(1), inside(2)]);
    await pass(host, watch, 2);
    for (const kind of ["oom", "die", "start", "rename", "update", "destroy"])
      host.followed[0]?.say(event(kind, 1, host.clock.unixSeconds()));
    await settle(host);
    host.followed[0]?.end({ kind: "ended" });
    await pass(host, watch, 5);
    assert.equal(host.followed.length, 3);
    for (const request of [...host.asked, ...host.followed.map(({ request }) => request)]) {
      assert.ok(!("body" in request), "a body is what makes a POST");
      assert.deepEqual(request.headers, {});
      assert.match(request.socketPath ?? "", /[.]sock$/);
    }
  });

  it("looks in the usual places, and in those it is told of in their stead", async () => {
    assert.deepEqual(usualSockets(501), [docker, podman, "/run/user/501/podman/podman.sock"]);
    const { host, inspected } = engineHost([docker, "/srv/engine.sock"]);
    await createEngineWatch(host, { sockets: ["/srv/engine.sock"] }).learn([inside(1)]);
    assert.deepEqual(inspected(), ["/srv/engine.sock"]);
  });

  it("waits two seconds at most for an engine that hangs, then leaves it alone for longer and longer", async () => {
    const { host, engine } = engineHost();
    engine.version = never;
    const watch = createEngineWatch(host);
    let done = false;
    void watch.learn([inside(1)]).then(() => (done = true));
    await settle(host, 1);
    assert.ok(done, "one question takes a second");
    await watch.learn([inside(1)]);
    assert.equal(host.asked.length, 1, "and is not asked again at once");
    const times: number[] = [];
    for (let second = 0; second < 120; second++) {
      const before = host.asked.length;
      await pass(host, watch, 1);
      times.push(...host.asked.slice(before).map(() => second));
    }
    const pauses = times.slice(1).map((time, n) => time - (times[n] ?? 0));
    assert.ok(times.length < 10, String(times));
    assert.deepEqual(
      pauses,
      pauses.toSorted((a, b) => a - b),
      "never shorter than before",
    );
    assert.deepEqual(watch.of(inside(1)), {});
  });

  it("waits for the first answer no longer than for others, and takes it when the engine had to be started for it", async () => {
    const { host, engine, answers } = engineHost();
    answers.set(id(1), named("web"));
    let answer: (exchange: Exchange) => void = () => undefined;
    engine.version = new Promise((resolve) => (answer = resolve));
    const watch = createEngineWatch(host);
    for (let second = 0; second < 3; second++) {
      let done = false;
      void watch.learn([inside(1)]).then(() => (done = true));
      await settle(host, second === 0 ? 1 : 0);
      assert.ok(done, `after ${second} s`);
      await settle(host, 1);
    }
    assert.equal(host.asked.length, 1);
    assert.deepEqual(watch.of(inside(1)), {});
    answer(body({ ApiVersion: "1.41" }));
    await settle(host);
    await watch.learn([inside(1)]);
    assert.equal(watch.of(inside(1)).container?.name, "web");
  });

  it("asks again where an engine began to answer while the others were asked", async () => {
    const { host, answers } = engineHost([docker, podman]);
    answers.set(id(1), named("web"));
    const exchange: MemoryHost["exchange"] = async (request, signal) => {
      const isDocker = request.socketPath === docker;
      if (request.url.endsWith("/version")) await host.clock.sleep(isDocker ? 1.5 : 0.8);
      else if (!isDocker) return noSuch;
      return host.exchange(request, signal);
    };
    const watch = createEngineWatch({ ...host, exchange });
    const before = watch.changes();
    void watch.learn([inside(1)]);
    for (let tenth = 0; tenth < 30; tenth++) await settle(host, 0.1);
    assert.deepEqual(watch.of(inside(1)), {});
    assert.ok(watch.changes() > before, "it is looked for again");
    await watch.learn([inside(1)]);
    assert.equal(watch.of(inside(1)).container?.name, "web");
  });

  it("goes on with the others while one question hangs, and gives up on the whole after two seconds", async () => {
    const { host, answers } = engineHost();
    for (let n = 0; n < 100; n++) answers.set(id(n), never);
    const watch = createEngineWatch(host);
    let done = false;
    void watch.learn(Array.from({ length: 100 }, (_, n) => inside(n))).then(() => (done = true));
    await settle(host, 1);
    assert.equal(host.asked.filter(({ url }) => url.includes("/containers/")).length, 4);
    await settle(host, 1);
    assert.ok(done);
    assert.deepEqual(watch.takeOutcome(), { success: false, seconds: 1 });
  });

  it("asks a slow engine for the rest at the next look, and the one after", async () => {
    const { host, engine } = engineHost();
    engine.other = named("slow");
    const slow = { ...host, exchange: slowly(host, 0.9) };
    const watch = createEngineWatch(slow);
    const all = Array.from({ length: 12 }, (_, n) => inside(n));
    const known = () => all.filter((one) => watch.of(one).container !== undefined).length;
    const counts: number[] = [];
    for (let look = 0; look < 3; look++) {
      const before = watch.changes();
      void watch.learn(all);
      for (let tenth = 0; tenth < 20; tenth++) await settle(host, 0.1);
      counts.push(known());
      assert.equal(watch.changes() > before, known() < all.length);
    }
    assert.ok((counts[0] ?? 12) < 12 && counts.at(-1) === 12, String(counts));
  });

  it("asks a slow engine for the rest, though another one hangs that may know of one", async () => {
    const { host, engine, answers } = engineHost([docker, podman]);
    engine.other = named("slow");
    answers.set(id(0), noSuch);
    const exchange: MemoryHost["exchange"] = async (request, signal) => {
      if (request.socketPath === docker) return never;
      if (!request.url.endsWith("/version")) await host.clock.sleep(0.9);
      return host.exchange(request, signal);
    };
    const watch = createEngineWatch({ ...host, exchange });
    const all = Array.from({ length: 12 }, (_, n) => inside(n));
    const known = () => all.filter((one) => watch.of(one).container !== undefined).length;
    for (let look = 0; known() < all.length - 1; look++) {
      assert.ok(look < 12, `${known()} are known`);
      const before = watch.changes();
      void watch.learn(all);
      for (let tenth = 0; tenth < 20; tenth++) await settle(host, 0.1);
      assert.ok(watch.changes() > before || known() === all.length - 1, `${known()} are known`);
    }
  });

  it("says of a socket that somebody named that it is not there, and of a usual one nothing", async () => {
    const heard: EngineState[] = [];
    const onNews = (one: EngineState) => heard.push(one);
    const { host } = engineHost([]);
    const usual = createEngineWatch(host, { onNews });
    await pass(host, usual, 2);
    assert.deepEqual([heard, usual.takeOutcome().success], [[], false]);
    for (const n of [1, 2]) await usual.learn([inside(n)]);
    assert.deepEqual(
      heard.splice(0),
      [{ kind: "nowhere", sockets: usualSockets(501) }],
      "but once that none is there, when a process is in a container",
    );
    const named = createEngineWatch(host, { sockets: ["/srv/typo.sock"], onNews });
    await pass(host, named, 2);
    assert.deepEqual(heard, [{ kind: "unreachable", socket: "/srv/typo.sock", detail: "ENOENT" }]);
    assert.equal(named.takeOutcome().success, false);
  });

  it("does not leave an engine alone because one container has too much to say", async () => {
    const { host, answers } = engineHost();
    answers.set(id(1), { kind: "too_large" });
    answers.set(id(2), body("no container"));
    answers.set(id(3), named("chat"));
    const watch = createEngineWatch(host);
    await watch.learn([inside(1), inside(2), inside(3)]);
    assert.deepEqual([watch.of(inside(1)), watch.of(inside(2))], [{}, {}]);
    assert.equal(watch.of(inside(3)).container?.name, "chat");
    assert.equal(watch.takeOutcome().success, true);
  });

  it("tells of changes when an engine comes back, so that what was missed is asked for again", async () => {
    const { host, answers, engine } = engineHost();
    engine.version = { kind: "failed", code: "ECONNREFUSED" };
    const news: EngineState[] = [];
    const watch = createEngineWatch(host, { onNews: (one) => news.push(one) });
    await watch.learn([inside(1)]);
    const before = watch.changes();
    engine.version = body({ ApiVersion: "1.41" });
    answers.set(id(1), named("chat"));
    await pass(host, watch, 3);
    assert.ok(watch.changes() > before);
    await watch.learn([inside(1)]);
    assert.equal(watch.of(inside(1)).container?.name, "chat");
    assert.deepEqual(news, [
      { kind: "unreachable", socket: docker, detail: "ECONNREFUSED" },
      { kind: "reached", socket: docker },
    ]);
  });

  it("finds an engine whose socket appears later, and asks it about those that nobody knew", async () => {
    const { host, answers } = engineHost([podman]);
    const watch = createEngineWatch(host);
    await watch.learn([inside(1)]);
    await pass(host, watch, 1);
    const before = watch.changes();
    host.put(docker, "");
    answers.set(id(1), named("chat"));
    await pass(host, watch, 2);
    assert.ok(watch.changes() > before);
    await watch.learn([inside(1)]);
    assert.equal(watch.of(inside(1)).container?.name, "chat");
  });

  describe("listening", () => {
    async function listening() {
      const parts = engineHost();
      parts.answers.set(id(1), named("chat"));
      const ends: EngineContainerEnd[] = [];
      const watch = createEngineWatch(parts.host, { onEnd: (_, end) => ends.push(end) });
      await watch.learn([inside(1)]);
      await pass(parts.host, watch, 1);
      const say = async (kind: string, n = 1, attributes = {}) => {
        const at = parts.host.clock.unixSeconds();
        parts.host.followed.at(-1)?.say(event(kind, n, at, attributes));
        await settle(parts.host);
      };
      return { ...parts, watch, say, ends };
    }

    it("asks again about what was renamed, and tells that it has changed", async () => {
      const { answers, watch, say } = await listening();
      const before = watch.changes();
      answers.set(id(1), named("talk"));
      await say("rename");
      assert.equal(watch.of(inside(1)).container?.name, "talk");
      assert.equal(watch.changes(), before + 1);
      await say("update");
      await say("start");
      await say("rename", 2);
      assert.equal(watch.changes(), before + 1, "nothing is told that is the same, or nobody's");
    });

    it("forgets a container a minute after it was removed, not at once", async () => {
      const { host, watch, say } = await listening();
      await say("destroy");
      await pass(host, watch, 58);
      assert.equal(watch.of(inside(1)).container?.name, "chat");
      await pass(host, watch, 3);
      assert.deepEqual(watch.of(inside(1)), {});
    });

    it("tells of each OOM kill once, though the end of its container tells it again", async () => {
      const { answers, watch, say } = await listening();
      answers.set(id(1), named("chat", { OOMKilled: true, ExitCode: 137 }));
      await say("oom");
      await say("die");
      assert.deepEqual(watch.takeOomKills(), [id(1)]);
      assert.deepEqual(watch.takeOomKills(), []);
      await say("start");
      await say("die");
      assert.deepEqual(watch.takeOomKills(), [id(1)], "of one without an event the end tells");
      await say("die", 7);
      assert.deepEqual(watch.takeOomKills(), []);
    });

    it("tells how a container ended that it knows, also when that was removed at once", async () => {
      const { answers, say, ends } = await listening();
      const limited = { Name: "/chat", RestartCount: 2, HostConfig: { Memory: 64, NanoCpus: 5e8 } };
      answers.set(id(1), body({ ...limited, State: { OOMKilled: true, ExitCode: 137 } }));
      await say("die", 1, { exitCode: "137" });
      const facts = { restarts: 2, memoryLimitBytes: 64, cpuLimitCores: 0.5 };
      const killed = { exitCode: 137, oomKilled: true };
      assert.deepEqual(ends, [{ kind: "ended", container: "chat", ...killed, ...facts }]);
      await say("start");
      answers.delete(id(1));
      await say("die", 1, { exitCode: "1" });
      await say("die", 2, { exitCode: "1" });
      assert.deepEqual(ends.slice(1), [
        { kind: "ended", container: "chat", exitCode: 1, ...facts },
      ]);
    });

    it("comes back when the events end, and asks from the last one on, which it hears twice and counts once", async () => {
      const { host, watch, say } = await listening();
      await say("oom");
      const at = host.clock.unixSeconds();
      host.followed[0]?.end({ kind: "ended" });
      await pass(host, watch, 4);
      assert.equal(host.followed.length, 2);
      const url = new URL(host.followed[1]?.request.url ?? "");
      assert.equal(Number(url.searchParams.get("since")), at);
      assert.equal(url.searchParams.get("filters"), '{"type":["container"]}');
      host.followed[1]?.say(event("oom", 1, at));
      host.followed[1]?.say(event("oom", 2, at + 1));
      assert.deepEqual(watch.takeOomKills(), [id(1), id(2)]);
    });

    it("asks again about all it knows after a gap, and lets go of what was removed meanwhile", async () => {
      const { host, answers, watch } = await listening();
      answers.set(id(2), named("gone"));
      await watch.learn([inside(2)]);
      answers.delete(id(2));
      answers.set(id(1), named("talk"));
      host.followed[0]?.end({ kind: "failed", code: "ECONNRESET" });
      await pass(host, watch, 4);
      assert.equal(watch.of(inside(1)).container?.name, "talk");
      await pass(host, watch, 61);
      assert.deepEqual(watch.of(inside(2)), {});
    });

    it("succeeds while every engine that is there answers, and never where none is", async () => {
      const { host, watch } = await listening();
      assert.equal(watch.takeOutcome().success, true);
      host.remove(docker);
      host.followed[0]?.end({ kind: "ended" });
      await settle(host);
      assert.equal(watch.takeOutcome().success, false);
      await pass(host, watch, 3);
      assert.equal(watch.takeOutcome().success, false);
    });

    it("ends everything when it is closed", async () => {
      const { host, watch } = await listening();
      watch.close();
      const before = host.asked.length;
      await pass(host, watch, 5);
      assert.equal(host.followed.length, 1);
      assert.equal(host.asked.length, before);
    });
  });

  it("remembers a thousand containers, and of more those that were asked for last", async () => {
    const { host, answers, inspected } = engineHost();
    for (let n = 0; n < 1030; n++) answers.set(id(n), named(`c${n}`));
    const watch = createEngineWatch(host);
    await watch.learn(Array.from({ length: 1024 }, (_, n) => inside(n)));
    watch.of(inside(0));
    await watch.learn([inside(1029)]);
    assert.equal(watch.of(inside(0)).container?.name, "c0");
    assert.deepEqual(watch.of(inside(1)), {});
    assert.equal(inspected().length, 1025);
  });
});
