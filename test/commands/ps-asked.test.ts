import assert from "node:assert/strict";
import { hearing } from "../../src/commands/ps-asked.ts";
import { toldLine } from "../../src/commands/ps-told.ts";
import type { Exchange, ExchangeRequest } from "../../src/model/exchange.ts";
import type { KubernetesState } from "../../src/model/kubernetes.ts";
import { fixtureHost } from "../support/fixture-host.ts";
import { idOf, podList, uidOf } from "../support/kubernetes-objects.ts";
import { memoryHost, type MemoryHost } from "../support/memory-host.ts";
import { podOf } from "../support/pod-processes.ts";
import { runCli } from "../support/run-cli.ts";

const flags = ["--collector.kubernetes", "--kubernetes.node", "node-1"];
const api = ["--kubernetes.api", "https://api:6443", "--kubernetes.credentials", "/credentials"];

/** The fixture's server in a pod; whoever sleeps makes the time pass. */
function housedHost(answer: (request: ExchangeRequest) => Exchange | Promise<Exchange>) {
  const host = fixtureHost("unified-v2");
  host.put("/proc/4242/cgroup", `0::/kubepods/burstable/pod${uidOf(1)}/${idOf(1)}\n`);
  host.answer(answer);
  return host;
}

const list: Exchange = {
  kind: "answered",
  status: 200,
  body: Buffer.from(
    JSON.stringify(podList([podOf(1, { "mlx-headroom.workload": "chat" })], "1001")),
  ),
};

function ps(host: MemoryHost, ...argv: readonly string[]) {
  const sleep = async (seconds: number): Promise<void> => {
    await new Promise(setImmediate);
    host.clock.advance(seconds);
  };
  const asked = { ...host, clock: { ...host.clock, sleep } };
  return runCli(["ps", "--path.rootfs", "/", ...flags, ...api, ...argv], asked);
}

/** Lets time pass while something waits for it. */
async function meanwhile<T>(host: MemoryHost, work: Promise<T>): Promise<T> {
  let done = false;
  const ended = work.finally(() => (done = true));
  for (let turn = 0; turn < 2000 && !(done as boolean); turn++) {
    await new Promise(setImmediate);
    if (turn % 20 === 19) host.clock.advance(1);
  }
  return ended;
}

describe("ps, where a cluster is asked", () => {
  it("names pods and workloads as serve does", async () => {
    const host = housedHost(() => list);
    const { code, stdout } = await ps(host, "--format", "json");
    const [process] = (JSON.parse(stdout) as { processes: readonly Record<string, unknown>[] })
      .processes;
    const { workload, pod, namespace, container } = process ?? {};
    assert.deepEqual(
      [code, workload, pod, namespace, container],
      [0, "chat", "pod-1", "ml", "server"],
    );
    const { owner, configuredMemoryLimitBytes, configuredCpuLimitCores, restarts } = process ?? {};
    assert.deepEqual(
      [owner, configuredMemoryLimitBytes, configuredCpuLimitCores, restarts],
      ["ReplicaSet/chat-7d4b9c5f6", 8 * 1024 ** 3, 1.5, 0],
    );
    assert.ok(!("lastTermination" in (process ?? {})), "it never ended");
    const table = (await ps(housedHost(() => list))).stdout.split("\n");
    assert.match(table[0] ?? "", / POD +CONTAINER$/);
    assert.match(table[1] ?? "", /^chat .* ml\/pod-1 +server$/);
  });

  it("explains by which label of which pod a workload is called", async () => {
    const { code, stdout, stderr } = await ps(
      housedHost(() => list),
      "--explain",
      "4242",
    );
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(
      stdout,
      /counted as chat .*; the label mlx-headroom\.workload of pod ml\/pod-1 names the workload\n {4}configured limits: memory 8\.0 GiB, CPU 1\.50 cores; restarts: 0; owner: ReplicaSet\/chat-7d4b9c5f6\n$/,
    );
  });

  it("waits four seconds for a server that hangs, says so, and shows what it knows", async () => {
    const hangs = () => housedHost(() => new Promise<Exchange>(() => undefined));
    for (const argv of [[], ["--explain", "4242"]]) {
      const host = hangs();
      const began = host.clock.monotonicSeconds();
      const { code, stdout, stderr } = await meanwhile(host, ps(host, ...argv));
      assert.equal(code, 1);
      assert.match(stdout, /mlx_lm\.server:tiny-llama/);
      assert.match(
        stderr,
        /^Kubernetes' API server at https:\/\/api:6443 has not answered for 4 s: pods have no names here.* Check --kubernetes\.api, and what lies between\.$/m,
      );
      assert.ok(host.clock.monotonicSeconds() - began < 8);
    }
  });

  it("says at once when it is refused", async () => {
    const body = Buffer.from("{}");
    const host = housedHost(() => ({ kind: "answered", status: 403, body }));
    const began = host.clock.monotonicSeconds();
    const { code, stderr } = await ps(host, "--explain", "4242");
    assert.equal(code, 1);
    assert.match(stderr, /does not let the service account list pods \(403\).*kubernetes\.md/);
    assert.equal(host.clock.monotonicSeconds(), began);
  });

  it("must be told of the node, as serve must", async () => {
    const { code, stderr } = await runCli(
      ["ps", "--collector.kubernetes"],
      fixtureHost("unified-v2"),
    );
    assert.equal(code, 2);
    assert.match(stderr, /needs --kubernetes\.node.* 'mlx-headroom ps --help'/);
  });
});

describe("ps, where an engine is asked", () => {
  it("says which one does not answer, or that none is there", async () => {
    const host = fixtureHost("unified-v2");
    host.put("/proc/4242/cgroup", `0::/docker/${idOf(1)}\n`);
    const argv = ["ps", "--path.rootfs", "/", "--explain", "4242"];
    const named = await runCli([...argv, "--containers.socket", "/run/typo.sock"], host);
    assert.equal(named.code, 1);
    assert.match(named.stderr, /engine at \/run\/typo\.sock does not answer \(ENOENT\)/);
    const usual = await runCli([...argv, "--collector.containers"], host);
    assert.equal(usual.code, 1);
    assert.match(usual.stderr, /^No container engine listens at \/var\/run\/docker\.sock, /);
    const off = await runCli(argv, host);
    assert.deepEqual([off.code, off.stderr], [0, ""]);
  });
});

describe("what is told of a container", () => {
  it("is one line, of what is known alone", () => {
    assert.equal(toldLine({}), "");
    assert.equal(toldLine({ lastTermination: "OOMKilled" }), "last ended: OOMKilled");
    const limits = "configured limits: CPU 0.50 cores";
    assert.equal(toldLine({ configuredCpuLimitCores: 0.5, restarts: 2 }), `${limits}; restarts: 2`);
  });
});

describe("what ps heard", () => {
  const kubernetes = { apiUrl: "https://api", node: "n", credentials: "/c" };
  const states: readonly (readonly [KubernetesState, RegExp])[] = [
    [{ kind: "unclear" }, /gives no list of pods/],
    [{ kind: "unreachable", code: "ECONNREFUSED" }, /\(ECONNREFUSED\).*Check --kubernetes\.api/],
    [{ kind: "unreachable", code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }, /Check that \/c\/ca\.crt/],
    [{ kind: "refused", status: 401 }, /\(401\).*Check \/c\/token/],
    [{ kind: "refused", status: 500 }, /does not list pods \(500\)/],
  ];
  for (const [state, says] of states)
    it(`says what next after ${JSON.stringify(state)}`, () => {
      const asked = hearing(memoryHost({}), kubernetes);
      asked.options.onKubernetes?.(state);
      assert.match(asked.complaints().join("\n"), says);
    });

  const kubelet = { kubeletUrl: "https://10.0.0.7:10250", credentials: "/c" };
  const ofKubelet: readonly (readonly [KubernetesState, RegExp])[] = [
    [
      { kind: "unreachable", code: "ETIMEDOUT" },
      /^The kubelet at https:\/\/10\.0\.0\.7:10250 .*Check --kubernetes\.kubelet, /,
    ],
    [{ kind: "unreachable", code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, /with --kubernetes\.kubelet-ca/],
    [{ kind: "unreachable", code: "ERR_TLS_CERT_ALTNAME_INVALID" }, /--kubernetes\.kubelet-name/],
    [{ kind: "refused", status: 403 }, /get nodes\/pods \(403\)/],
  ];
  for (const [state, says] of ofKubelet)
    it(`says of a kubelet what next after ${JSON.stringify(state)}`, () => {
      const asked = hearing(memoryHost({}), kubelet);
      asked.options.onKubernetes?.(state);
      assert.match(asked.complaints().join("\n"), says);
    });

  it("is forgotten where an answer came later, and is no end of a container", () => {
    const asked = hearing(memoryHost({}), kubernetes);
    const { onKubernetes, onEngine } = asked.options;
    onKubernetes?.({ kind: "unclear" });
    onKubernetes?.({ kind: "asked", pods: 1 });
    const end = { namespace: "ml", pod: "p", container: "c", reason: "Error", restarts: 1 };
    onKubernetes?.({ kind: "ended", ...end });
    onEngine?.({ kind: "unreachable", socket: "/s", detail: "EACCES" });
    assert.match(asked.complaints().join("\n"), /^The container .* Give this user the group/);
    onEngine?.({ kind: "reached", socket: "/s" });
    assert.deepEqual(asked.complaints(), []);
  });
});
