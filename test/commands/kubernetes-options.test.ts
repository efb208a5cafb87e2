import assert from "node:assert/strict";
import { kubernetesOptions } from "../../src/commands/kubernetes-options.ts";

const folder = "/var/run/secrets/kubernetes.io/serviceaccount";
const inPod = {
  NODE_NAME: "node-1",
  KUBERNETES_SERVICE_HOST: "10.96.0.1",
  KUBERNETES_SERVICE_PORT: "443",
};

function options(
  given: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = inPod,
) {
  const all = { "kubernetes.credentials": folder, ...given };
  return kubernetesOptions("serve", { options: all, positionals: [] }, environment);
}

describe("whom the collector kubernetes asks", () => {
  it("is told to every pod by its environment", () => {
    const expected = { apiUrl: "https://10.96.0.1:443", node: "node-1", credentials: folder };
    assert.deepEqual(options({}), expected);
    const six = { ...inPod, KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "" };
    assert.deepEqual(options({}, six), { ...expected, apiUrl: "https://[fd00::1]:443" });
  });

  it("is what flags say elsewhere, and instead", () => {
    const flags = {
      "kubernetes.node": "other.example",
      "kubernetes.api": "http://127.0.0.1:8001/",
      "kubernetes.credentials": "/etc/cluster/",
    };
    const expected = {
      apiUrl: "http://127.0.0.1:8001",
      node: "other.example",
      credentials: "/etc/cluster",
    };
    assert.deepEqual(options(flags), expected);
    assert.deepEqual(options(flags, {}), expected);
  });

  it("is the kubelet where that is named, of whose node nobody needs to be told", () => {
    const flags = { "kubernetes.kubelet": "https://10.0.0.7:10250/" };
    const expected = { kubeletUrl: "https://10.0.0.7:10250", credentials: folder };
    assert.deepEqual(options(flags, {}), expected);
    const more = { "kubernetes.kubelet-ca": "/pki/kubelet.crt", "kubernetes.kubelet-name": "n-1" };
    assert.deepEqual(options({ ...flags, ...more }), {
      ...expected,
      authorityFile: "/pki/kubelet.crt",
      serverName: "n-1",
    });
  });

  const wrong: readonly (readonly [RegExp, Readonly<Record<string, string>>, object?])[] = [
    [/needs --kubernetes.node, or NODE_NAME/, {}, { ...inPod, NODE_NAME: "" }],
    [/'a,b' is not the name of a node/, { "kubernetes.node": "a,b" }],
    [/'Node' is not the name of a node/, { "kubernetes.node": "Node" }],
    [/needs --kubernetes.api where/, { "kubernetes.node": "n" }, {}],
    [/takes a URL such as/, { "kubernetes.api": "10.0.0.1:6443" }],
    [/takes a URL such as/, { "kubernetes.api": "ftp://10.0.0.1" }],
    [/takes a URL such as/, { "kubernetes.api": "https://u:p@10.0.0.1" }],
    [/takes a URL such as/, { "kubernetes.api": "https://10.0.0.1/?x=1" }],
    [/takes a URL such as/, { "kubernetes.api": "no url" }],
    [/kubelet takes a URL such as/, { "kubernetes.kubelet": "10.0.0.7:10250" }],
    [/exclude each other/, { "kubernetes.kubelet": "https://n", "kubernetes.api": "https://a" }],
    [/need --kubernetes.kubelet\./, { "kubernetes.kubelet-ca": "/pki/kubelet.crt" }],
    [/need --kubernetes.kubelet\./, { "kubernetes.kubelet-name": "n-1" }],
  ];
  for (const [message, given, environment] of wrong)
    it(`must be told: ${JSON.stringify(given)}`, () => {
      const inIt = environment as Readonly<Record<string, string>> | undefined;
      assert.throws(() => options(given, inIt), message);
    });
});
