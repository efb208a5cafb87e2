import assert from "node:assert/strict";
import { createDiscoverer } from "../../../src/exporter/1-discover/discover.ts";
import { explain } from "../../../src/exporter/1-discover/explain.ts";
import type { CgroupIdentity } from "../../../src/model/cgroup-identity.ts";
import {
  defaultLabelNames,
  type Housing,
  type HousingSource,
} from "../../../src/model/container.ts";
import type { WorkloadMatch } from "../../../src/model/workload-rule.ts";
import { memoryHost } from "../../support/memory-host.ts";
import { processFiles, roots } from "./process-tree.ts";

const id = "0123456789abcdef".repeat(4);
const cgroup = `0::/system.slice/docker-${id}.scope\n`;
const server = { pid: 7, argv: ["python", "/venv/bin/mlx_lm.server", "--model", "org/Q"], cgroup };

/** An engine that knows one container, once it was asked. */
function engine(housing: Housing): HousingSource & { tell(next: Housing): void; asked: string[] } {
  const known = new Map<string, Housing>();
  let changes = 0;
  let now = housing;
  const keyOf = ({ container }: CgroupIdentity) => container?.id ?? "";
  return {
    asks: true,
    asked: [],
    learn(identities) {
      this.asked.push(...identities.map(keyOf));
      for (const identity of identities) known.set(keyOf(identity), now);
      return Promise.resolve();
    },
    of: (identity) => known.get(keyOf(identity)) ?? {},
    changes: () => changes,
    tell(next) {
      now = next;
      known.set(id, next);
      changes += 1;
    },
  };
}

const chat: Housing = {
  container: {
    name: "chat-1",
    image: "ghcr.io/acme/mlx:1.2",
    labels: { app: "chat", "com.acme/tier": "prod-eu" },
  },
  pod: { name: "chat-7d4b9-x", namespace: "ml", labels: { app: "pod-chat" } },
};

const labelNames = {
  ...defaultLabelNames,
  published: ["app", "com.acme/tier", "absent", "constructor"],
};

async function discovered(housing: HousingSource, match?: WorkloadMatch, processes = [server]) {
  const rules = match === undefined ? [] : [{ name: "named", match, expect: "never" as const }];
  const discoverer = createDiscoverer(memoryHost(processFiles(processes)), roots, {
    rules,
    housing,
    labelNames,
  });
  return (await discoverer.discover()).processes;
}

describe("discovery by labels", () => {
  it("shows the container, the pod and its namespace, and of labels those that may be published", async () => {
    const [process] = await discovered(engine(chat));
    const { container, containerId, pod, namespace, labels } = process ?? {};
    assert.deepEqual(
      { container, containerId, pod, namespace, labels },
      {
        container: "chat-1",
        containerId: id,
        pod: "chat-7d4b9-x",
        namespace: "ml",
        // The container's own say wins.
        labels: { label_app: "chat", label_com_acme_tier: "prod-eu" },
      },
    );
    const secretive: Housing = { container: { labels: { token: "secret" } } };
    assert.ok(!JSON.stringify(await discovered(engine(secretive))).includes("secret"));
  });

  it("tells on what is configured, how often it was started again, why it ended and what made it", async () => {
    const housing: Housing = {
      container: {
        labels: {},
        memoryLimitBytes: 8,
        cpuLimitCores: 1.5,
        restarts: 0,
        lastTermination: "OOM\nKilled",
      },
      pod: { name: "chat", namespace: "ml", labels: {}, owner: "Deployment/chat" },
    };
    const told = {
      owner: "Deployment/chat",
      configuredMemoryLimitBytes: 8,
      configuredCpuLimitCores: 1.5,
      restarts: 0,
      lastTermination: "OOM\uFFFDKilled",
    };
    const [process] = await discovered(engine(housing));
    assert.deepEqual(process?.told, told);
    const rule = { name: "own", match: { runtime: "mlx_lm.server" }, expect: "never" as const };
    const host = memoryHost(processFiles([server, { pid: 8, argv: ["vim", "mlx_lm.server"] }]));
    const [why, not] = await explain(host, roots, [rule], undefined, { housing: engine(housing) });
    assert.deepEqual({ ...why, ...told }, why, "also of a process that a rule claims");
    assert.deepEqual([not?.pid, not?.matched, Object.keys(not ?? {}).length], [8, false, 3]);
    assert.ok(!("told" in ((await discovered(engine({})))[0] ?? {})), "what nobody says is absent");
  });

  it("shows the beginning of the id where nobody tells the container's name", async () => {
    const [process] = await discovered(engine({}));
    assert.equal(process?.container, "0123456789ab");
    assert.ok(!("pod" in process) && !("labels" in process));
  });

  // prettier-ignore
  const matches: readonly (readonly [WorkloadMatch, boolean])[] = [
    [{ container: { name: ["chat-*"] } }, true],
    [{ container: { name: ["chat"] } }, false],
    [{ container: { image: ["other", "ghcr.io/*/mlx:*"] } }, true],
    [{ container: { label: { app: ["chat"] } } }, true],
    [{ container: { label: { app: ["chat"], "com.acme/tier": ["prod-*"] } } }, true],
    [{ container: { label: { app: ["chat"], absent: ["*"] } } }, false],
    [{ container: { label: { constructor: ["*"] } } }, false],
    [{ pod: { namespace: ["ml"] } }, true],
    [{ pod: { namespace: ["kube-*", "m?"] } }, true],
    [{ pod: { label: { app: ["pod-chat"] } } }, true],
    [{ pod: { label: { app: ["chat"] } } }, false],
    [{ pod: { name: ["chat-*"] }, container: { name: ["chat-1"] }, runtime: "mlx_lm.server" }, true],
    [{ pod: { name: ["chat-*"] }, container: { name: ["chat-2"] } }, false],
  ];
  for (const [match, holds] of matches) {
    it(`${holds ? "names" : "does not name"} a server by ${JSON.stringify(match)}`, async () => {
      const [process] = await discovered(engine(chat), match);
      assert.equal(process?.workload, holds ? "named" : "mlx_lm.server:Q");
    });
  }

  const labelled = (labels: Readonly<Record<string, string>>): Housing => ({
    container: { labels },
  });
  const names: readonly (readonly [string, string])[] = [
    ["blue-room", "blue-room"],
    ["  Blue room! ", "Blue-room"],
    ["***", "mlx_lm.server:Q"],
    ["a".repeat(500), `${"a".repeat(38)}-${"a".repeat(24)}`],
  ];
  for (const [label, workload] of names) {
    it(`calls the workload ${workload.slice(0, 20)} for the label ${label.slice(0, 20)}`, async () => {
      const [process] = await discovered(engine(labelled({ "mlx-headroom.workload": label })));
      assert.equal(process?.workload, workload);
    });
  }

  it("lets a rule of the config name what a label names, too", async () => {
    const housing = engine(labelled({ "mlx-headroom.workload": "label" }));
    const [process] = await discovered(housing, { runtime: "mlx_lm.server" });
    assert.equal(process?.workload, "named");
  });

  it("makes MLX of everything in a container that says so, children included", async () => {
    const housing = engine(labelled({ "mlx-headroom.monitor": "true" }));
    const processes = await discovered(housing, undefined, [
      { ...server, pid: 7, argv: ["/opt/server"] },
      { ...server, pid: 8, argv: ["/opt/worker"], parent: 7 } as typeof server,
      { pid: 9, argv: ["/opt/server"], cgroup: "0::/system.slice/x.service\n" },
    ]);
    assert.deepEqual(
      processes.map(({ pid, workload, runtime, role }) => [pid, workload, runtime, role]),
      [
        [7, "custom", "custom", "job"],
        [8, "custom", "custom", "worker"],
      ],
    );
  });

  it("calls such a workload by its label, else by its container", async () => {
    const processes = [{ ...server, argv: ["/opt/server"] }];
    const labels = { "mlx-headroom.monitor": "true" };
    const name = async (container: Housing["container"]) =>
      (await discovered(engine({ ...(container && { container }) }), undefined, processes))[0]
        ?.workload;
    assert.equal(await name({ name: "/own server", labels }), "own-server");
    const named = { ...labels, "mlx-headroom.workload": "chat" };
    assert.equal(await name({ name: "/own server", labels: named }), "chat");
  });

  it("does so for true alone", async () => {
    const housing = engine(labelled({ "mlx-headroom.monitor": "false" }));
    const processes = await discovered(housing, undefined, [{ ...server, argv: ["/opt/server"] }]);
    assert.deepEqual(processes, []);
  });

  it("asks once for a process, and again when its engine says that something changed", async () => {
    const housing = engine(labelled({ "mlx-headroom.workload": "before" }));
    const host = memoryHost(processFiles([server]));
    const discoverer = createDiscoverer(host, roots, { rules: [], housing });
    const name = async () => (await discoverer.discover()).processes[0]?.workload;
    assert.equal(await name(), "before");
    discoverer.review();
    assert.equal(await name(), "before");
    assert.deepEqual(housing.asked, [id]);
    housing.tell(labelled({ "mlx-headroom.workload": "after" }));
    discoverer.review();
    assert.equal(await name(), "after");
  });

  const monitored = { "mlx-headroom.monitor": "true" };
  // prettier-ignore
  const reasons: readonly (readonly [string, readonly string[], Housing, string])[] = [
    ["a pod's", server.argv, { container: { labels: {} }, pod: { namespace: "ml", name: "chat-x", labels: { "mlx-headroom.workload": "chat" } } },
      "argv[1] is the console script mlx_lm.server; the label mlx-headroom.workload of pod ml/chat-x names the workload"],
    ["a container's", server.argv, { container: { name: "web\n", labels: { "mlx-headroom.workload": "chat" } } },
      "argv[1] is the console script mlx_lm.server; the label mlx-headroom.workload of container web\uFFFD names the workload"],
    ["one without a name", server.argv, { container: { labels: { "mlx-headroom.workload": "chat" } } },
      "argv[1] is the console script mlx_lm.server; the label mlx-headroom.workload of its container names the workload"],
    ["none that names nothing", server.argv, { container: { labels: { "mlx-headroom.workload": "***" } } },
      "argv[1] is the console script mlx_lm.server"],
    ["the one that makes MLX of it", ["/opt/server"], { pod: { namespace: "ml", name: "chat-x", labels: monitored } },
      "the label mlx-headroom.monitor of pod ml/chat-x says that it is to be monitored"],
    ["both", ["/opt/server"], { container: { name: "web", labels: { ...monitored, "mlx-headroom.workload": "chat" } } },
      "the label mlx-headroom.monitor of container web says that it is to be monitored; the label mlx-headroom.workload of container web names the workload"],
  ];
  for (const [which, argv, housing, reason] of reasons) {
    it(`names the label in an explanation: ${which}`, async () => {
      const host = memoryHost(processFiles([{ ...server, argv }]));
      const [why] = await explain(host, roots, [], 7, { housing: engine(housing) });
      assert.equal(why?.reason, reason);
    });
  }

  it("names in an explanation the rule that comes first, and not the label", async () => {
    const host = memoryHost(processFiles([server]));
    const housing = engine(labelled({ "mlx-headroom.workload": "chat" }));
    const rule = { name: "own", match: { runtime: "mlx_lm.server" }, expect: "never" as const };
    const [why] = await explain(host, roots, [rule], 7, { housing });
    assert.match(why?.reason ?? "", /server; the config's rule own names the workload$/);
  });

  it("asks about nobody who is in no container, and reads nobody's cgroup where nobody is asked", async () => {
    const housing = engine(chat);
    await discovered(housing, undefined, [{ ...server, cgroup: "0::/system.slice/x.service\n" }]);
    assert.deepEqual(housing.asked, []);
    const host = memoryHost(processFiles([{ pid: 7, argv: ["/bin/sh"], cgroup }]));
    await createDiscoverer(host, roots, { rules: [] }).discover();
    assert.ok(!host.touched.includes("/proc/7/cgroup"));
  });
});
