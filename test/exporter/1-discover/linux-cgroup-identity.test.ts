import assert from "node:assert/strict";
import fc from "fast-check";
import { parseCgroupIdentity } from "../../../src/exporter/1-discover/linux-cgroup-identity.ts";
import type { CgroupIdentity } from "../../../src/model/cgroup-identity.ts";

const id = "0123456789abcdef".repeat(4);
const inner = "fedcba9876543210".repeat(4);
const uid = "6c1b7f36-1d1a-4b0e-9a53-6a1c9d9c1f10";
const flat = uid.replaceAll("-", "_");

// prettier-ignore
/** What makes such a path, what /proc/PID/cgroup then says, and what it tells. */
const cases: readonly (readonly [string, string, CgroupIdentity])[] = [
  ["Docker, cgroupfs, v1", `5:memory:/docker/${id}\n1:name=systemd:/docker/${id}\n`, { container: { id, engine: "docker" } }],
  ["Docker, cgroupfs, v1, on a host without systemd", `5:memory:/docker/${id}\n2:pids:/docker/${id}\n0::/\n`, { container: { id, engine: "docker" } }],
  ["Docker, systemd", `0::/system.slice/docker-${id}.scope\n`, { slice: "system.slice", container: { id, engine: "docker" } }],
  ["a unit within a container", `0::/system.slice/docker-${id}.scope/system.slice/mlx.service\n`, { unit: "mlx.service", slice: "system.slice", container: { id, engine: "docker" } }],
  ["Podman, cgroupfs", `3:memory:/libpod_parent/libpod-${id}\n0::/libpod_parent/libpod-${id}\n`, { container: { id, engine: "podman" } }],
  ["Podman, systemd, version 4 and newer", `0::/machine.slice/libpod-${id}.scope/container\n`, { slice: "machine.slice", container: { id, engine: "podman" } }],
  ["Podman without root", `0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope/container\n`, { unit: "user@1000.service", slice: "user.slice", container: { id, engine: "podman" } }],
  ["Podman in a unit, as Quadlet starts it", `0::/system.slice/chat.service/libpod-payload-${id}\n`, { unit: "chat.service", slice: "system.slice", container: { id, engine: "podman" } }],
  ["Podman's monitor", `0::/machine.slice/libpod-conmon-${id}.scope\n`, { slice: "machine.slice" }],
  ["Kubernetes, containerd, systemd, burstable", `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${flat}.slice/cri-containerd-${id}.scope\n`, { slice: `kubepods-burstable-pod${flat}.slice`, container: { id, engine: "containerd" }, pod: { uid, qosClass: "burstable" } }],
  ["Kubernetes, CRI-O, systemd, guaranteed", `0::/kubepods.slice/kubepods-pod${flat}.slice/crio-${id}.scope\n`, { slice: `kubepods-pod${flat}.slice`, container: { id, engine: "cri-o" }, pod: { uid, qosClass: "guaranteed" } }],
  ["Kubernetes, CRI-O's container folder", `0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${flat}.slice/crio-${id}.scope/container\n`, { slice: `kubepods-besteffort-pod${flat}.slice`, container: { id, engine: "cri-o" }, pod: { uid, qosClass: "besteffort" } }],
  ["Kubernetes, cgroupfs, burstable", `4:memory:/kubepods/burstable/pod${uid}/${id}\n`, { container: { id }, pod: { uid, qosClass: "burstable" } }],
  ["Kubernetes, cgroupfs, guaranteed", `4:memory:/kubepods/pod${uid}/${id}\n`, { container: { id }, pod: { uid, qosClass: "guaranteed" } }],
  ["Kubernetes, cgroupfs, CRI-O", `0::/kubepods/besteffort/pod${uid}/crio-${id}\n`, { container: { id, engine: "cri-o" }, pod: { uid, qosClass: "besteffort" } }],
  ["Kubernetes in Docker", `0::/docker/${inner}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod${flat}.slice/cri-containerd-${id}.scope\n`, { slice: `kubelet-kubepods-burstable-pod${flat}.slice`, container: { id, engine: "containerd" }, pod: { uid, qosClass: "burstable" } }],
  ["Kubernetes with runc's notation and no systemd", `0::/system.slice/containerd.service/kubepods-besteffort-pod${flat}.slice:cri-containerd:${id}\n`, { unit: "containerd.service", slice: "system.slice", container: { id, engine: "containerd" }, pod: { uid, qosClass: "besteffort" } }],
  ["a static pod", `4:memory:/kubepods/burstable/pod0123456789abcdef0123456789abcdef/${id}\n`, { container: { id }, pod: { uid: "0123456789abcdef0123456789abcdef", qosClass: "burstable" } }],
  ["containerd alone", `0::/k8s.io/${id}\n`, { container: { id, engine: "containerd" } }],
  ["nerdctl", `0::/system.slice/nerdctl-${id}.scope\n`, { slice: "system.slice", container: { id, engine: "containerd" } }],
  ["Docker in Docker: the inner one", `0::/docker/${id}/docker/${inner}\n`, { container: { id: inner, engine: "docker" } }],
  ["another container, seen from a namespace of its own", `0::/../${id}\n`, { container: { id } }],
  ["a unit", "0::/system.slice/mlx.service\n", { unit: "mlx.service", slice: "system.slice" }],
  ["a user's unit", "0::/user.slice/user-501.slice/user@501.service/app.slice/mlx@chat.service\n", { unit: "mlx@chat.service", slice: "app.slice" }],
  ["a unit's own cgroup below it", "0::/ml.slice/ml-llm.slice/mlx.service/worker\n", { unit: "mlx.service", slice: "ml-llm.slice" }],
  ["systemd-run --scope", "0::/system.slice/run-r4f.scope\n", { unit: "run-r4f.scope", slice: "system.slice" }],
  ["a login", "0::/user.slice/user-501.slice/session-3.scope\n", { slice: "user-501.slice" }],
  ["systemd's hierarchy before the others", "4:memory:/system.slice/other.service\n1:name=systemd:/system.slice/mlx.service\n0::/\n", { unit: "mlx.service", slice: "system.slice" }],
  ["a look-alike whose id is too short", `0::/docker/${id.slice(1)}\n`, {}],
  ["a pod's name outside of any kubepods", `0::/home/pod${uid}\n`, {}],
  ["no name at all", "0::/.service/.slice/.scope\n", {}],
  ["nothing", "", {}],
];

describe("the identity in a cgroup's path", () => {
  for (const [made, cgroup, identity] of cases) {
    it(`tells of ${made}`, () => {
      assert.deepEqual(parseCgroupIdentity(cgroup), identity);
    });
  }

  it("is cut and cleaned where somebody chose the name", () => {
    const { unit } = parseCgroupIdentity(`0::/a\u001b[31m${"x".repeat(300)}.service\n`);
    assert.equal(unit?.length, 128);
    assert.ok(unit.startsWith("a\uFFFD[31m"));
  });

  it("takes any text without throwing", () => {
    const words = fc.constantFrom(
      "0:",
      ":",
      "/",
      "docker",
      id,
      "kubepods",
      `pod${uid}`,
      ".slice",
      "\n",
      "-",
      "..",
    );
    fc.assert(
      fc.property(fc.string({ unit: words, maxLength: 40 }), (text) => {
        const { container, pod } = parseCgroupIdentity(text);
        return (
          (container === undefined || /^[0-9a-f]{64}$/.test(container.id)) &&
          (pod === undefined || /^[0-9a-f-]{32,36}$/.test(pod.uid))
        );
      }),
    );
  });
});
