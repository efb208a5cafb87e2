import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../lab/children.ts";
import { runMlxHeadroom, type Exporter } from "../../lab/exporter.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { select } from "../support/exposition.ts";
import { idOf } from "../support/kubernetes-objects.ts";
import { type KubernetesStandIn, startKubernetesStandIn } from "../support/kubernetes-stand-in.ts";
import { afterwards, realExporter } from "../support/lab.ts";
import { filesInPod, filesOfHost, podOf } from "../support/pod-processes.ts";
import { testAuthority } from "../support/test-authority.ts";
import { plant } from "../support/tree.ts";

const config = `workloads:
  - name: chat
    match: { pod: { label: { app: chat-* } } }
    expect: never
`;

describe("an exporter at a stand-in for Kubernetes' API server", function () {
  this.timeout(90_000);
  const undo = afterwards();
  const folder = temporaryFolder("kubernetes");
  const token = join(folder, "credentials", "token");
  let server: KubernetesStandIn;
  let exporter: Exporter;
  let flags: readonly string[];

  before(async () => {
    const [authority, stranger] = [testAuthority("cluster"), testAuthority("stranger")];
    server = await startKubernetesStandIn(
      authority.issue("api", "IP:127.0.0.1"),
      "node-1",
      "first-token",
    );
    undo(() => server.stop());
    server.put(
      podOf(1, { app: "chat-eu", "acme.com/team": "search", secret: "no-series-may-hold-it" }),
    );
    server.put(podOf(2, { "mlx-headroom.workload": "Own name!" }));
    plant(folder, {
      ...filesOfHost(),
      ...filesInPod(1),
      ...filesInPod(2),
      "config.yaml": config,
      "credentials/token": "first-token\n",
      "credentials/ca.crt": readFileSync(stranger.certificateFile, "utf8"),
    });
    flags = [
      `--config.file=${join(folder, "config.yaml")}`,
      `--path.procfs=${join(folder, "proc")}`,
      `--path.rootfs=${folder}`,
      "--collector.kubernetes",
      "--kubernetes.node=node-1",
      `--kubernetes.api=${server.url}`,
      `--kubernetes.credentials=${join(folder, "credentials")}`,
    ];
    exporter = await realExporter([...flags, "--labels.publish=acme.com/team"]);
    undo(() => exporter.stop());
    await until("it says why it was refused", () => exporter.log().includes("cannot be reached"));
    copyFileSync(authority.certificateFile, join(folder, "credentials", "ca.crt"));
  });

  async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const seen = await waitUntil(async () => ((await holds()) ? true : undefined), {
      timeoutSeconds: 20,
    });
    assert.ok(seen, `${what}\n${server.asked.slice(-8).join("\n")}\n${exporter.log()}`);
  }

  /** `workload container pod namespace` of a process. */
  async function placeOf(n: number): Promise<string> {
    const [info] = select(await exporter.metrics(), "mlx_process_info", { pid: String(4000 + n) });
    const { workload, container, pod, namespace } = info?.labels ?? {};
    return [workload, container, pod, namespace].join(" ");
  }

  async function success(): Promise<number | undefined> {
    const [series] = select(await exporter.metrics(), "mlx_exporter_collector_success", {
      collector: "kubernetes",
    });
    return series?.value;
  }

  /** Starts a server in a new pod, which only a watch that works can tell of. */
  async function newPodIsNamed(n: number): Promise<void> {
    server.put(podOf(n, { app: "chat-eu" }));
    plant(folder, filesInPod(n));
    await until(`pod ${n} is named`, async () => (await placeOf(n)) === `chat server pod-${n} ml`);
  }

  it("names pods as soon as it trusts the server, and workloads by a label or by a rule", async () => {
    await until("the rule holds", async () => (await placeOf(1)) === "chat server pod-1 ml");
    await until("the label holds", async () => (await placeOf(2)) === "Own-name server pod-2 ml");
    await until("it succeeds", async () => (await success()) === 1);
    const text = await exporter.metrics();
    assert.ok(!text.includes("no-series-may-hold-it"));
    assert.deepEqual(
      select(text, "mlx_process_labels_info", {}).map(({ labels }) => labels),
      [{ workload: "chat", pid: "4001", label_acme_com_team: "search" }],
      "a label of a pod that is named is published",
    );
    const lists = server.asked.filter((line) => !line.includes("watch"));
    assert.ok(lists.some((line) => line.includes("continue=1")));
  });

  it("hears of a new pod, and of another label", async () => {
    await newPodIsNamed(3);
    server.put(podOf(3, { app: "other" }));
    const other = "mlx_lm.server:model-3 server pod-3 ml";
    await until("its name is that of the model", async () => (await placeOf(3)) === other);
  });

  it("goes on where a connection breaks, from what it had heard of", async () => {
    server.bookmark();
    server.reset();
    await newPodIsNamed(4);
    const versions = server.asked.map((line) => /resourceVersion=(\d+)/.exec(line)?.[1]);
    assert.ok(Number(versions.at(-1)) > 1000, String(versions.at(-1)));
  });

  it("lists anew where the server has forgotten what was", async () => {
    const lists = () => server.asked.filter((line) => !line.includes("watch")).length;
    const before = lists();
    server.expire();
    await newPodIsNamed(5);
    assert.ok(lists() > before);
    assert.equal(await placeOf(4), "chat server pod-4 ml");
  });

  it("shows the token that is there by then when the old one is refused", async () => {
    server.rotate("second-token");
    await until("it is refused", () => server.asked.some((line) => line.startsWith("401")));
    assert.match(exporter.log(), /does not accept the token/);
    assert.equal(await success(), 0);
    assert.equal(await placeOf(4), "chat server pod-4 ml", "what it knows it goes on saying");
    writeFileSync(token, "second-token");
    await newPodIsNamed(6);
    await until("it succeeds", async () => (await success()) === 1);
    assert.ok(!exporter.log().includes("-token"), "no log holds a token");
  });

  it("tells ps the same, which explains by which label", async () => {
    const asked = await runMlxHeadroom("ps", ...flags);
    assert.equal(asked.kind, "ok", asked.stderr);
    assert.match(asked.stdout, /^Own-name +4002 .* ml\/pod-2 +server$/m);
    const explained = await runMlxHeadroom("ps", "--explain", "4002", ...flags);
    assert.match(explained.stdout, /the label mlx-headroom\.workload of pod ml\/pod-2 names the/);
    const refused = await runMlxHeadroom("ps", ...flags, `--kubernetes.credentials=${folder}`);
    assert.deepEqual([refused.kind, "code" in refused && refused.code], ["failed", 1]);
    assert.match(refused.stderr, /^Kubernetes' API server at \S+ cannot be reached.*ca\.crt/m);
    assert.match(refused.stdout, /^mlx_lm.server:model-2 +4002 /m);
  });

  it("answers scrapes as ever while the server hangs", async () => {
    server.hang(true);
    server.reset();
    await until("it hangs", () => server.asked.some((line) => line.startsWith("hangs")));
    plant(folder, filesInPod(7));
    const began = performance.now();
    assert.equal(await placeOf(4), "chat server pod-4 ml");
    assert.ok(performance.now() - began < 3000);
    server.hang(false);
    server.reset();
    await newPodIsNamed(7);
  });

  it("says why a container ended in which MLX ran", async () => {
    const terminated = {
      exitCode: 137,
      reason: "OOMKilled",
      containerID: `containerd://${idOf(4)}`,
    };
    const status = {
      containerStatuses: [
        {
          name: "server",
          containerID: `containerd://${idOf(44)}`,
          restartCount: 1,
          lastState: { terminated },
        },
      ],
    };
    server.put(podOf(4, { app: "chat-eu" }, status));
    const told =
      /a container in which MLX ran has ended.*pod=pod-4 container=server reason=OOMKilled restarts=1 owner=\S+ memory_limit_bytes=8589934592 cpu_limit_cores=1.5/;
    await until("it is told", () => told.test(exporter.log()));
    assert.equal(exporter.log().match(/has ended/g)?.length, 1);
  });
});
