import { filesOf, processFiles } from "../exporter/1-discover/process-tree.ts";
import { idOf, podObject, uidOf } from "./kubernetes-objects.ts";

/** A server in a pod, as the kernel shows it under systemd's cgroup driver and containerd. */
function serverIn(n: number) {
  const slice = `kubepods-burstable-pod${uidOf(n).replaceAll("-", "_")}.slice`;
  return {
    pid: 4000 + n,
    argv: ["python", "/venv/bin/mlx_lm.server", "--model", `org/model-${n}`],
    cgroup: `0::/kubepods.slice/kubepods-burstable.slice/${slice}/cri-containerd-${idOf(n)}.scope\n`,
  };
}

const limits = "Limit                     Soft Limit           Hard Limit           Units     \n";

/** Its files below /proc, for pid 4000 + n. */
export function filesInPod(n: number): Readonly<Record<string, string>> {
  const files = filesOf(serverIn(n)) as Readonly<Record<string, string>>;
  return { ...files, [`/proc/${4000 + n}/limits`]: limits };
}

/** The same of a server in no pod. */
export function filesOnHost(pid: number): Readonly<Record<string, string>> {
  const argv = ["python", "/venv/bin/mlx_lm.server", "--model", "org/of-the-host"];
  const files = filesOf({ pid, argv }) as Readonly<Record<string, string>>;
  return { ...files, [`/proc/${pid}/limits`]: limits };
}

/** What every /proc has. */
export function filesOfHost(): Readonly<Record<string, string>> {
  return processFiles([]) as Readonly<Record<string, string>>;
}

/** The pod of that server, as the API server and the kubelet have it. */
export function podOf(n: number, labels: Readonly<Record<string, string>>, status?: object) {
  const shape = { name: `pod-${n}`, uid: uidOf(n), containerId: idOf(n), labels };
  return podObject({ ...shape, ...(status !== undefined && { status: { ...status } }) });
}
