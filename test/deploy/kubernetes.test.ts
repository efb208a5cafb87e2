import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { understood } from "../../src/cli.ts";
import { plan } from "../support/compiled-alerts.ts";
import { kubernetesFaults } from "../support/deploy-schemas.ts";
import { repository } from "../support/fixture-host.ts";

const folder = join(repository, "deploy/kubernetes");

function object(file: string): { readonly kind: string } {
  return parse(readFileSync(join(folder, file), "utf8")) as { readonly kind: string };
}

interface Kustomization {
  readonly resources: readonly string[];
  readonly images: readonly { readonly name: string; readonly newTag: string }[];
  readonly namespace: string;
}

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly object[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext: object;
  readonly resources: Record<"requests" | "limits", Record<string, string>>;
  readonly volumeMounts: readonly { readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly livenessProbe: object;
  readonly readinessProbe: object;
}

interface Named {
  readonly metadata: { readonly name: string };
}

interface DaemonSet {
  readonly kind: string;
  readonly spec: {
    readonly selector: { readonly matchLabels: Record<string, string> };
    readonly template: {
      readonly metadata: { readonly labels: Record<string, string> };
      readonly spec: {
        readonly containers: readonly [Container];
        readonly volumes: readonly unknown[];
        readonly securityContext: object;
        readonly [key: string]: unknown;
      };
    };
  };
}

const kustomization = object("kustomization.yaml") as unknown as Kustomization;
const daemonset = object("daemonset.yaml") as DaemonSet;
const pod = daemonset.spec.template.spec;
const [container] = pod.containers;

describe("the manifests for Kubernetes", () => {
  it("are objects that the schemas of their kinds accept, every one of them in the kustomization", () => {
    const files = readdirSync(folder).filter((file) => file !== "kustomization.yaml");
    assert.deepEqual([...kustomization.resources].sort(), files.sort());
    for (const file of files) assert.deepEqual(kubernetesFaults(object(file)), [], file);
    const broken = structuredClone(daemonset) as unknown as { spec: Record<string, unknown> };
    broken.spec["hostPID"] = true;
    assert.match(kubernetesFaults(broken as never).join(), /additional properties.*hostPID/);
  });

  it("have the labels and the name of the port that the compiled PodMonitor selects", () => {
    const { podLabels, port } = plan.scraping.kubernetes;
    const { labels } = daemonset.spec.template.metadata;
    assert.deepEqual(labels, podLabels);
    assert.deepEqual(daemonset.spec.selector.matchLabels, podLabels);
    assert.deepEqual(container.ports, [{ name: port, containerPort: 10836 }]);
    const service = object("service.yaml") as unknown as {
      spec: { selector: object; ports: object[] };
    };
    assert.deepEqual(service.spec.selector, podLabels);
    assert.deepEqual(service.spec.ports, [{ name: port, port: 10836, targetPort: port }]);
  });

  it("give the pod the host's pids and three read-only mounts, and nothing else of the host", () => {
    assert.equal(pod["hostPID"], true);
    for (const key of ["hostNetwork", "hostIPC", "initContainers"])
      assert.equal(pod[key], undefined, key);
    assert.deepEqual(
      container.volumeMounts.map(({ mountPath, readOnly }) => [mountPath, readOnly]),
      ["/host/proc", "/host/sys", "/host/etc/passwd"].map((path) => [path, true]),
    );
    assert.equal(pod.volumes.length, 3);
    assert.deepEqual(pod.securityContext, {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      seccompProfile: { type: "RuntimeDefault" },
    });
    assert.deepEqual(container.securityContext, {
      privileged: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("let the exporter read pods and nothing else, with a token that no other pod gets, and tell it its node", () => {
    const role = object("clusterrole.yaml") as unknown as Named & { rules: object[] };
    const binding = object("clusterrolebinding.yaml") as unknown as Named & {
      roleRef: object;
      subjects: object[];
    };
    const account = object("serviceaccount.yaml") as unknown as Named & Record<string, unknown>;
    const verbs = ["get", "list", "watch"];
    assert.deepEqual(role.rules, [{ apiGroups: [""], resources: ["pods"], verbs }]);
    assert.deepEqual(binding.roleRef, {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "ClusterRole",
      name: role.metadata.name,
    });
    const { namespace } = kustomization;
    const { name } = account.metadata;
    assert.deepEqual(binding.subjects, [{ kind: "ServiceAccount", name, namespace }]);
    assert.equal(pod["serviceAccountName"], name);
    assert.equal(account["automountServiceAccountToken"], false);
    assert.equal(pod["automountServiceAccountToken"], true);
    const fieldRef = { fieldPath: "spec.nodeName" };
    assert.deepEqual(container.env, [{ name: "NODE_NAME", valueFrom: { fieldRef } }]);
  });

  it("bound the exporter's own memory and CPU, and ask it whether it lives", () => {
    for (const key of ["cpu", "memory"])
      for (const part of ["requests", "limits"] as const)
        assert.ok(container.resources[part][key] !== undefined, `${part}.${key}`);
    assert.match(JSON.stringify(container.livenessProbe), /"path":"\/-\/healthy"/);
    assert.match(JSON.stringify(container.readinessProbe), /"path":"\/-\/ready"/);
  });

  it("start the image with the flags that it starts itself with, as the same user", () => {
    const dockerfile = readFileSync(join(repository, "Dockerfile"), "utf8");
    const command = /^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? "[]";
    const flags = (args: readonly string[]) => args.flatMap((arg) => arg.split("="));
    const collector = "--collector.kubernetes";
    assert.deepEqual(flags(container.args), [...(JSON.parse(command) as string[]), collector]);
    assert.match(dockerfile, /^USER 65532:65532$/m);
    const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
      version: string;
    };
    const image = kustomization.images.find(({ name }) => name === container.image);
    assert.equal(image?.newTag, version);
  });

  it("have an overlay for GPU nodes whose patch the schema accepts, too", () => {
    const overlay = parse(
      readFileSync(join(repository, "deploy/kubernetes-nvidia/kustomization.yaml"), "utf8"),
    ) as { resources: string[]; patches: { patch: string }[] };
    assert.deepEqual(overlay.resources, ["../kubernetes"]);
    const patch = parse(overlay.patches[0]?.patch ?? "") as DaemonSet & { metadata: object };
    const whole = structuredClone(daemonset);
    const { containers, ...rest } = patch.spec.template.spec;
    Object.assign(whole.spec.template.spec, rest);
    Object.assign(whole.spec.template.spec.containers[0], containers[0]);
    assert.deepEqual(kubernetesFaults(whole), []);
  });

  it("have an overlay that asks the kubelet by a right to nothing else, and by flags that serve takes", () => {
    const overlay = parse(
      readFileSync(join(repository, "deploy/kubernetes-kubelet/kustomization.yaml"), "utf8"),
    ) as { resources: string[]; patches: { target: { kind: string }; patch: string }[] };
    assert.deepEqual(overlay.resources, ["../kubernetes"]);
    const patched = (kind: string, whole: object) => {
      const patch = overlay.patches.find(({ target }) => target.kind === kind)?.patch ?? "";
      const made = structuredClone(whole);
      for (const operation of parse(patch) as readonly Operation[]) apply(made, operation);
      assert.deepEqual(kubernetesFaults(made as { readonly kind: string }), []);
      return made;
    };
    const role = patched("ClusterRole", object("clusterrole.yaml")) as { rules?: object[] };
    const rule = { apiGroups: [""], resources: ["nodes/pods"], verbs: ["get"] };
    assert.deepEqual(role.rules, [rule]);
    const { template } = (patched("DaemonSet", daemonset) as DaemonSet).spec;
    const [{ args, volumeMounts }] = template.spec.containers;
    const { options } = understood(args).call;
    assert.equal(options["kubernetes.kubelet"], "https://$(NODE_IP):10250");
    assert.equal(options["kubernetes.kubelet-ca"], volumeMounts.at(-1)?.mountPath);
    assert.ok(volumeMounts.every(({ readOnly }) => readOnly));
  });
});

interface Operation {
  readonly op: "add" | "replace";
  readonly path: string;
  readonly value: unknown;
}

/** As RFC 6902 has it, as far as the overlay asks for it. */
function apply(whole: object, { op, path, value }: Operation): void {
  const keys = path.split("/").slice(1);
  const last = keys.pop() ?? "";
  const at = keys.reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], whole);
  if (op === "add" && last === "-") (at as unknown[]).push(value);
  else {
    assert.ok(last in (at as object), path);
    (at as Record<string, unknown>)[last] = value;
  }
}
