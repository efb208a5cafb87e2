import assert from "node:assert/strict";
import { createKubeletPoll } from "../../../src/exporter/housing/kubelet-poll.ts";
import type { Exchange, ExchangeRequest } from "../../../src/model/exchange.ts";
import type { KubernetesState } from "../../../src/model/kubernetes.ts";
import { idOf } from "../../support/kubernetes-objects.ts";
import { memoryHost } from "../../support/memory-host.ts";
import { answered, identity, pod } from "./made-pods.ts";

const folder = "/credentials";
/** As kubelets write it: no version, and nothing of a next page. */
const pods = (...items: readonly unknown[]): Exchange =>
  answered(200, { kind: "PodList", apiVersion: "v1", metadata: {}, items });

/** A kubelet that answers as a test says; time moves by `pass` alone. */
function polled(
  first: Exchange | ((request: ExchangeRequest) => Exchange | Promise<Exchange>),
  more: object = {},
) {
  const host = memoryHost({
    [`${folder}/token`]: "one\n",
    [`${folder}/ca.crt`]: "CA",
    "/pki/kubelet.crt": "its own",
  });
  const states: KubernetesState[] = [];
  const heard: string[] = [];
  host.answer(typeof first === "function" ? first : () => first);
  const poll = createKubeletPoll(
    host,
    { kubeletUrl: "https://10.0.0.7:10250", credentials: folder, ...more },
    { onState: (state) => states.push(state), onPod: ({ pod }) => heard.push(pod.name) },
    () => 0.5,
  );
  const nameOf = (n: number) => poll.of(identity(n)).pod?.name;
  const pass = async (seconds: number) => {
    await settle();
    for (let half = 0; half < seconds * 2; half++) {
      host.clock.advance(0.5);
      await settle();
    }
  };
  return { host, poll, states, heard, nameOf, pass };
}

async function settle() {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}

describe("a kubelet that is asked again and again", () => {
  it("is asked for its pods by the token, and trusted by the authority of the credentials", async () => {
    const { host, poll, states, nameOf, heard } = polled(pods(pod(1), pod(2)));
    assert.ok(!poll.success());
    await settle();
    const [request] = host.asked;
    assert.equal(request?.url, "https://10.0.0.7:10250/pods");
    assert.equal(request.headers["authorization"], "Bearer one");
    assert.deepEqual([String(request.authorities), request.serverName], ["CA", undefined]);
    assert.deepEqual(states, [{ kind: "asked", pods: 2 }]);
    assert.deepEqual(
      [nameOf(1), nameOf(3), poll.of(identity(2)).container?.name],
      ["pod-1", undefined, "server"],
    );
    assert.deepEqual([heard, poll.success(), poll.listSeconds()], [["pod-1", "pod-2"], true, 0]);
  });

  it("is trusted by its own certificate and under another name where that is said", async () => {
    const more = { authorityFile: "/pki/kubelet.crt", serverName: "node-1" };
    const { host } = polled(pods(), more);
    await settle();
    const [request] = host.asked;
    assert.deepEqual([String(request?.authorities), request?.serverName], ["its own", "node-1"]);
    const plain = polled(pods(), { ...more, kubeletUrl: "http://127.0.0.1:10255" });
    await settle();
    const { headers, authorities, serverName } = plain.host.asked[0] ?? {};
    assert.deepEqual(
      [Object.keys(headers ?? {}), authorities, serverName],
      [["accept", "user-agent"], undefined, undefined],
    );
  });

  it("is asked every ten seconds, with the token of then, and what changed is told", async () => {
    const { host, poll, nameOf, pass } = polled(pods(pod(1), pod(2)));
    await settle();
    const before = poll.changes();
    assert.deepEqual([nameOf(1), nameOf(2)], ["pod-1", "pod-2"]);
    host.put(`${folder}/token`, "two");
    host.answer(() => pods(pod(1, { name: "renamed" })));
    await pass(9);
    assert.equal(host.asked.length, 1);
    await pass(1);
    assert.equal(host.asked.length, 2);
    assert.equal(host.asked[1]?.headers["authorization"], "Bearer two");
    assert.ok(poll.changes() > before);
    assert.deepEqual(
      [nameOf(1), nameOf(2)],
      ["renamed", "pod-2"],
      "one that is gone is remembered",
    );
    await pass(30);
    assert.equal(host.asked.length, 5);
  });

  it("is asked sooner for a process in a pod that nobody knows, but once, and two seconds apart", async () => {
    const { host, poll, nameOf, pass } = polled(pods(pod(1)));
    await settle();
    host.answer(() => pods(pod(1), pod(2)));
    let done = 0;
    void poll.learn([identity(2)]).then(() => (done += 1));
    await pass(1);
    assert.deepEqual([host.asked.length, done], [1, 1], "nobody waits longer than a second");
    // Not before two seconds are over; whoever is told later is judged again.
    await pass(1);
    await poll.learn([identity(2)]);
    await pass(1);
    assert.deepEqual([host.asked.length, nameOf(2)], [2, "pod-2"]);
    await pass(4);
    void poll.learn([identity(3)]);
    await settle();
    assert.equal(host.asked.length, 3, "at once, where the last time is long ago");
    await pass(5);
    assert.equal(host.asked.length, 3, "and for that pod no more");
    await poll.learn([identity(1), { container: { id: idOf(9) } }, {}]);
  });

  it("is waited for by those who look first", async () => {
    let answer: (exchange: Exchange) => void = () => undefined;
    const { host, poll, pass } = polled(
      () => new Promise<Exchange>((resolve) => (answer = resolve)),
    );
    let learnt = false;
    void poll.learn([identity(1)]).then(() => (learnt = true));
    await settle();
    assert.ok(!learnt);
    answer(pods(pod(1)));
    await settle();
    assert.ok(learnt);
    await pass(4);
    assert.equal(host.asked.length, 1, "the answer that was waited for is no reason to ask again");
  });

  // prettier-ignore
  const failures: readonly (readonly [Exchange, KubernetesState])[] = [
    [answered(403, "no"), { kind: "refused", status: 403 }],
    [answered(401, "no"), { kind: "refused", status: 401 }],
    [answered(410, "no"), { kind: "refused", status: 410 }],
    [{ kind: "timeout" }, { kind: "unreachable", code: "ETIMEDOUT" }],
    [{ kind: "failed", code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, { kind: "unreachable", code: "DEPTH_ZERO_SELF_SIGNED_CERT" }],
    [{ kind: "too_large" }, { kind: "unclear" }],
    [answered(200, { kind: "Status" }), { kind: "unclear" }],
    [{ kind: "cancelled" }, { kind: "unclear" }],
  ];
  for (const [answer, state] of failures)
    it(`is left alone ever longer after ${answer.kind}: ${JSON.stringify(state)}, and what is known stays`, async () => {
      const { host, poll, states, nameOf, pass } = polled(pods(pod(1)));
      await settle();
      host.answer(() => answer);
      await pass(11);
      assert.deepEqual(states.at(-1), state);
      assert.deepEqual([nameOf(1), poll.success()], ["pod-1", false]);
      const asked = host.asked.length;
      await pass(60);
      assert.ok(host.asked.length - asked <= 6, String(host.asked.length));
      let done = false;
      void poll.learn([identity(2)]).then(() => (done = true));
      await settle();
      assert.ok(done, "nobody waits for one that does not answer");
      host.answer(() => pods(pod(1)));
      await pass(90);
      assert.deepEqual(states.slice(2), [{ kind: "asked", pods: 1 }]);
    });

  it("is asked no more once it is closed, and an answer under way is nobody's", async () => {
    let answer: (exchange: Exchange) => void = () => undefined;
    const { host, poll, states, pass } = polled(
      () => new Promise<Exchange>((resolve) => (answer = resolve)),
    );
    await settle();
    poll.close();
    answer(answered(403, "no"));
    await pass(60);
    assert.deepEqual([host.asked.length, states], [1, []]);
    const other = polled(pods());
    await settle();
    other.poll.close();
    await other.pass(60);
    assert.equal(other.host.asked.length, 1);
  });
});
