import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../lab/children.ts";
import { runMlxHeadroom, type Exporter } from "../../lab/exporter.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { select } from "../support/exposition.ts";
import { type KubeletStandIn, startKubeletStandIn } from "../support/kubelet-stand-in.ts";
import { afterwards, realExporter } from "../support/lab.ts";
import { filesInPod, filesOfHost, podOf } from "../support/pod-processes.ts";
import { testAuthority } from "../support/test-authority.ts";
import { plant } from "../support/tree.ts";

describe("an exporter at a stand-in for a kubelet", function () {
  this.timeout(90_000);
  const undo = afterwards();
  const folder = temporaryFolder("kubelet");
  const authorityFile = join(folder, "kubelet.crt");
  let kubelet: KubeletStandIn;
  let exporter: Exporter;
  let flags: readonly string[];

  before(async () => {
    // A kubelet signs its certificate itself unless the cluster does, for the node's name and no address.
    const itself = testAuthority("node-1");
    kubelet = await startKubeletStandIn(itself.issue("kubelet", "DNS:node-1"), "first-token");
    undo(() => kubelet.stop());
    kubelet.put(podOf(1, { "mlx-headroom.workload": "chat" }));
    plant(folder, { ...filesOfHost(), ...filesInPod(1), "credentials/token": "first-token\n" });
    copyFileSync(testAuthority("cluster").certificateFile, join(folder, "credentials", "ca.crt"));
    copyFileSync(itself.certificateFile, authorityFile);
    flags = [
      `--path.procfs=${join(folder, "proc")}`,
      `--path.rootfs=${folder}`,
      "--collector.kubernetes",
      `--kubernetes.kubelet=${kubelet.url}`,
      `--kubernetes.credentials=${join(folder, "credentials")}`,
    ];
    const trusting = [
      `--kubernetes.kubelet-ca=${authorityFile}`,
      "--kubernetes.kubelet-name=node-1",
    ];
    exporter = await realExporter([...flags, ...trusting]);
    undo(() => exporter.stop());
  });

  async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const seen = await waitUntil(async () => ((await holds()) ? true : undefined), {
      timeoutSeconds: 20,
    });
    assert.ok(seen, `${what}\n${kubelet.asked.slice(-8).join("\n")}\n${exporter.log()}`);
  }

  async function placeOf(n: number): Promise<string> {
    const [info] = select(await exporter.metrics(), "mlx_process_info", { pid: String(4000 + n) });
    const { workload, container, pod, namespace } = info?.labels ?? {};
    return [workload, container, pod, namespace].join(" ");
  }

  async function newPodIsNamed(n: number): Promise<void> {
    kubelet.put(podOf(n, { "mlx-headroom.workload": "new" }));
    plant(folder, filesInPod(n));
    await until(`pod ${n} is named`, async () => (await placeOf(n)) === `new server pod-${n} ml`);
  }

  it("names pods and workloads, also of a pod that is new", async () => {
    await until("it is named", async () => (await placeOf(1)) === "chat server pod-1 ml");
    await newPodIsNamed(2);
    assert.deepEqual([...new Set(kubelet.asked)], ["200 /pods"], "and asks nothing else");
  });

  it("trusts no certificate that nobody vouches for, and none of another name", async () => {
    const asked = kubelet.asked.length;
    const stranger = await runMlxHeadroom("ps", "--explain", "4001", ...flags);
    assert.match(
      stranger.stderr,
      /reached \((\w*CERT\w*|\w*SIGNATURE)\).*--kubernetes\.kubelet-ca\.$/m,
    );
    const ca = `--kubernetes.kubelet-ca=${authorityFile}`;
    const misnamed = await runMlxHeadroom("ps", "--explain", "4001", ...flags, ca);
    assert.match(
      misnamed.stderr,
      /\(ERR_TLS_CERT_ALTNAME_INVALID\).*--kubernetes\.kubelet-name\.$/m,
    );
    const later = kubelet.asked.slice(asked).filter((line) => !line.startsWith("200"));
    assert.deepEqual(later, [], "and shows it no token");
  });

  it("says which right it misses, shows the newest token, and outlives a kubelet that hangs", async () => {
    kubelet.allow(false);
    // Nobody waits ten seconds for the next question.
    plant(folder, filesInPod(4));
    await exporter.metrics();
    await until("403 is told", () => exporter.log().includes("nodes/pods, which kubelets before"));
    assert.equal(await placeOf(1), "chat server pod-1 ml", "what it knows it goes on saying");
    kubelet.allow(true);
    kubelet.rotate("second-token");
    await until("401 is told", () => exporter.log().includes("does not accept the token"));
    kubelet.hang(true);
    writeFileSync(join(folder, "credentials", "token"), "second-token");
    await until("it hangs", () => kubelet.asked.some((line) => line.startsWith("hangs")));
    const began = performance.now();
    assert.equal(await placeOf(1), "chat server pod-1 ml");
    assert.ok(performance.now() - began < 3000);
    kubelet.hang(false);
    await newPodIsNamed(3);
    assert.ok(!exporter.log().includes("-token"), "no log holds a token");
  });
});
