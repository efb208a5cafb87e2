import assert from "node:assert/strict";
import { createKubernetesWatch } from "../../../src/exporter/housing/kubernetes-watch.ts";
import type { Exchange, ExchangeRequest, FollowRequest } from "../../../src/model/exchange.ts";
import type { KubernetesState } from "../../../src/model/kubernetes.ts";
import { memoryHost } from "../../support/memory-host.ts";
import { answered, identity, pod } from "./made-pods.ts";
import {
  bookmark,
  idOf,
  podEvent,
  podList,
  statusObject,
} from "../../support/kubernetes-objects.ts";

const folder = "/var/run/secrets/kubernetes.io/serviceaccount";
const options = { apiUrl: "https://10.0.0.1:443", node: "node-1", credentials: folder };

/** A watch of a server that answers as a test says; time moves by `pass` alone. */
function watched(
  first: Exchange | ((request: ExchangeRequest) => Exchange | Promise<Exchange>),
  more: object = {},
) {
  const host = memoryHost({ [`${folder}/token`]: "one\n", [`${folder}/ca.crt`]: "CA" });
  const states: KubernetesState[] = [];
  const heard: string[] = [];
  host.answer(typeof first === "function" ? first : () => first);
  const watch = createKubernetesWatch(
    host,
    { ...options, ...more },
    { onState: (state) => states.push(state), onPod: ({ pod }) => heard.push(pod.name) },
    () => 0.5,
  );
  return {
    host,
    watch,
    states,
    heard,
    pass: async (seconds: number) => {
      await settle();
      for (let second = 0; second < seconds; second++) {
        host.clock.advance(1);
        await settle();
      }
    },
    last: () => {
      const following = host.followed.at(-1);
      assert.ok(following);
      return following;
    },
    nameOf: (n: number) => watch.of(identity(n)).pod?.name,
  };
}

async function settle() {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

const say = (at: { say(line: string): void }, object: unknown) => {
  at.say(JSON.stringify(object));
};
const versionOf = ({ url }: FollowRequest) => new URL(url).searchParams.get("resourceVersion");

describe("a watch of Kubernetes", () => {
  it("lists the pods of its own node and no other's, with the service account's token and authority", async () => {
    const { host, watch, states, nameOf, last } = watched(answered(200, podList([pod(1)], "1001")));
    await settle();
    const [request] = host.asked;
    assert.equal(
      request?.url,
      "https://10.0.0.1:443/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-1&limit=100&resourceVersion=0",
    );
    assert.equal(request.headers["authorization"], "Bearer one");
    assert.equal(String(request.authorities), "CA");
    assert.equal(nameOf(1), "pod-1");
    assert.deepEqual(states, [{ kind: "asked", pods: 1 }]);
    assert.ok(watch.asks && watch.success());
    assert.equal(watch.listSeconds(), 0);
    const { searchParams } = new URL(last().request.url);
    assert.deepEqual(Object.fromEntries(searchParams), {
      fieldSelector: "spec.nodeName=node-1",
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion: "1001",
      timeoutSeconds: "270",
    });
  });

  it("lists page by page, and keeps nothing of a list that broke off", async () => {
    let broken = false;
    const { host, pass, nameOf } = watched(({ url }) => {
      const next = new URL(url).searchParams.get("continue");
      if (next === null) return answered(200, podList([pod(1)], "1001", "page 2"));
      if (!broken) {
        broken = true;
        return answered(410, statusObject(410, "Expired"));
      }
      return answered(200, podList([pod(2)], "1001"));
    });
    await settle();
    assert.equal(nameOf(1), undefined);
    assert.equal(host.followed.length, 0);
    await pass(2);
    assert.deepEqual([nameOf(1), nameOf(2)], ["pod-1", "pod-2"]);
    // The second list is no old one.
    assert.ok(!(host.asked[2]?.url ?? "resourceVersion").includes("resourceVersion"));
  });

  it("follows what happens, and goes on from the newest version where the server ends it", async () => {
    const { watch, pass, nameOf, last, states } = watched(answered(200, podList([], "1001")));
    await settle();
    say(last(), podEvent("ADDED", pod(2, { version: "1002" })));
    assert.equal(nameOf(2), "pod-2");
    assert.equal(watch.changes(), 0);
    say(last(), podEvent("MODIFIED", pod(2, { version: "1003", labels: { app: "other" } })));
    assert.equal(watch.changes(), 1);
    say(last(), podEvent("DELETED", pod(2, { version: "1004" })));
    assert.equal(nameOf(2), "pod-2", "its processes may still be there");
    last().say("no JSON");
    say(last(), bookmark("1009"));
    await pass(20);
    last().end({ kind: "ended" });
    await pass(2);
    assert.equal(versionOf(last().request), "1009");
    assert.equal(states.length, 1);
    await pass(300);
    say(last(), podEvent("ADDED", pod(3, { version: "1010" })));
    assert.deepEqual([nameOf(2), nameOf(3)], [undefined, "pod-3"]);
  });

  it("lists anew where the server has forgotten what was, said by an event or by a status", async () => {
    const { host, pass, last, nameOf } = watched(answered(200, podList([], "1001")));
    await settle();
    host.answer(() => answered(200, podList([pod(7)], "2002")));
    say(last(), { type: "ERROR", object: statusObject(410, "Expired") });
    say(last(), podEvent("ADDED", pod(8)));
    await pass(2);
    assert.deepEqual([nameOf(7), nameOf(8)], ["pod-7", undefined]);
    assert.equal(versionOf(last().request), "2002");
    assert.ok(!(host.asked[1]?.url ?? "resourceVersion").includes("resourceVersion"));
    const lists = host.asked.length;
    last().end({ kind: "refused", status: 410 });
    await pass(4);
    assert.equal(host.asked.length, lists + 1);
  });

  it("shows the token that is there now after 401, and says once that it was refused", async () => {
    const { host, pass, last, states, watch, nameOf } = watched(
      answered(200, podList([pod(1)], "1001")),
    );
    await settle();
    host.put(`${folder}/token`, "two");
    last().end({ kind: "refused", status: 401 });
    await settle();
    assert.ok(!watch.success());
    assert.equal(nameOf(1), "pod-1");
    await pass(2);
    assert.equal(last().request.headers["authorization"], "Bearer two");
    say(last(), bookmark("1002"));
    assert.ok(watch.success());
    assert.deepEqual(states, [
      { kind: "asked", pods: 1 },
      { kind: "refused", status: 401 },
      { kind: "asked", pods: 1 },
    ]);
  });

  it("is well again on a quiet node when a watch lasts, without a line", async () => {
    const { pass, last, watch } = watched(answered(200, podList([], "1001")));
    await settle();
    last().end({ kind: "failed", code: "ECONNRESET" });
    await settle();
    assert.ok(!watch.success());
    await pass(13);
    assert.ok(watch.success());
    // Silence then is the connection's death, and no failure.
    last().end({ kind: "timeout" });
    await pass(2);
    assert.ok(watch.success());
    assert.equal(versionOf(last().request), "1001");
  });

  it("tries a server that cannot be reached again, later each time, and names why", async () => {
    const { host, pass, states, watch } = watched({ kind: "failed", code: "ECONNREFUSED" });
    await pass(600);
    assert.ok(host.asked.length >= 12 && host.asked.length <= 17, String(host.asked.length));
    assert.deepEqual(states, [{ kind: "unreachable", code: "ECONNREFUSED" }]);
    host.answer(() => answered(200, { items: "none" }));
    await pass(100);
    host.answer(() => answered(403, statusObject(403, "Forbidden")));
    await pass(100);
    host.answer(() => ({ kind: "too_large" }));
    await pass(100);
    assert.deepEqual(
      states.map(({ kind }) => kind),
      ["unreachable", "unclear", "refused", "unclear"],
    );
    assert.ok(!watch.success());
    const asked = host.asked.length;
    watch.close();
    await pass(200);
    assert.equal(host.asked.length, asked);
  });

  it("gives a list that hangs up, and does not ask one that ends every watch at once in a loop", async () => {
    const hanging = watched(() => new Promise<Exchange>(() => undefined));
    await hanging.pass(31);
    assert.deepEqual(hanging.states, [{ kind: "unreachable", code: "ETIMEDOUT" }]);
    const { host, pass, last } = watched(answered(200, podList([], "1")));
    for (let second = 0; second < 300; second++) {
      await pass(1);
      last().end({ kind: "ended" });
    }
    assert.ok(host.followed.length <= 12, String(host.followed.length));
  });

  it("reads what is too long to follow by a list, and goes on where a watch fails in the middle", async () => {
    const { host, pass, last } = watched(answered(200, podList([], "1001")));
    await settle();
    say(last(), { type: "ERROR", object: statusObject(500, "InternalError") });
    await pass(2);
    assert.equal(host.asked.length, 1);
    last().end({ kind: "too_large" });
    await pass(5);
    assert.equal(host.asked.length, 2);
  });

  it("lists everything anew every half an hour", async () => {
    const { host, pass, last, nameOf } = watched(answered(200, podList([pod(1)], "1001")));
    await settle();
    host.answer(() => answered(200, podList([pod(2)], "1900")));
    for (let minutes = 0; minutes < 35; minutes += 5) {
      await pass(300);
      last().end({ kind: "ended" });
    }
    await pass(2);
    assert.equal(host.asked.length, 2);
    assert.deepEqual([nameOf(1), nameOf(2)], ["pod-1", "pod-2"]);
  });

  it("waits for a pod that is not known yet, a second at most and once", async () => {
    const { host, watch, pass, last, nameOf } = watched(answered(200, podList([pod(1)], "1001")));
    await settle();
    let done = 0;
    const learn = async (n: number) => watch.learn([identity(n)]).then(() => (done += 1));
    void learn(1);
    await settle();
    assert.equal(done, 1, "it is known");
    void learn(2);
    await settle();
    assert.equal(done, 1);
    say(last(), podEvent("ADDED", pod(2)));
    await settle();
    assert.deepEqual([done, nameOf(2)], [2, "pod-2"]);
    void learn(3);
    await pass(1);
    assert.equal(done, 3);
    void learn(3);
    await settle();
    assert.equal(done, 4);
    await watch.learn([{ container: { id: idOf(5) } }, {}]);
    // Nobody waits for a server that does not answer, and those who wait are let go.
    void learn(6);
    last().end({ kind: "failed", code: "ECONNRESET" });
    await settle();
    void learn(7);
    await settle();
    assert.equal(done, 6);
    assert.ok(host.asked.length > 0);
  });

  it("waits two seconds for the first list", async () => {
    let answer: (with_: Exchange) => void = () => undefined;
    const { watch, nameOf } = watched(() => new Promise<Exchange>((resolve) => (answer = resolve)));
    let learnt = false;
    void watch.learn([identity(1)]).then(() => (learnt = true));
    await settle();
    assert.ok(!learnt);
    answer(answered(200, podList([pod(1)], "1001")));
    await settle();
    assert.ok(learnt);
    assert.equal(nameOf(1), "pod-1");
  });

  it("shows no token to a server without TLS, and none that no header can hold", async () => {
    const plain = watched(answered(200, podList([], "1")), { apiUrl: "http://127.0.0.1:8001" });
    await settle();
    assert.deepEqual(Object.keys(plain.host.asked[0]?.headers ?? {}), ["accept", "user-agent"]);
    assert.equal(plain.host.asked[0]?.authorities, undefined);
    plain.watch.close();
    const odd = watched(answered(200, podList([], "1")));
    await settle();
    odd.host.put(`${folder}/token`, "a\nb");
    odd.host.remove(`${folder}/ca.crt`);
    odd.last().end({ kind: "ended" });
    await odd.pass(2);
    const { headers, authorities } = odd.last().request;
    assert.deepEqual([headers["authorization"], authorities], [undefined, undefined]);
  });

  it("outlives authorities that are no certificates", async () => {
    const { pass, states } = watched(() => {
      throw Object.assign(new Error("PEM"), { code: "ERR_OSSL_PEM_BAD_END_LINE" });
    });
    await pass(2);
    assert.deepEqual(states, [{ kind: "unreachable", code: "ERR_OSSL_PEM_BAD_END_LINE" }]);
    const nameless = watched(() => Promise.reject(new Error("odd")));
    await nameless.pass(2);
    assert.deepEqual(nameless.states, [{ kind: "unreachable", code: "unknown" }]);
  });
});
