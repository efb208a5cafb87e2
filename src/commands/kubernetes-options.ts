import type { Call, Option, Output } from "../model/command.ts";
import type { KubeletOptions, KubernetesOptions } from "../model/kubernetes.ts";
import { UserError } from "../model/user-error.ts";

/** Flags of the collector `kubernetes`; in a pod none of them is needed. */
export const kubernetesFlags = {
  "kubernetes.node": {
    type: "string",
    value: "NAME",
    help: "The node whose pods the collector kubernetes asks for, instead of NODE_NAME of the environment.",
  },
  "kubernetes.api": {
    type: "string",
    value: "URL",
    help: "Where Kubernetes' API server is, instead of KUBERNETES_SERVICE_HOST and _PORT of the environment. The token is shown over https only.",
  },
  "kubernetes.credentials": {
    type: "string",
    value: "DIR",
    default: "/var/run/secrets/kubernetes.io/serviceaccount",
    help: "Where its token and ca.crt are; both are read anew at each connection.",
  },
  "kubernetes.kubelet": {
    type: "string",
    value: "URL",
    help: "Ask the node's own kubelet instead of the API server, such as https://$(NODE_IP):10250; it must know nodes/pods (Kubernetes 1.33 or newer), see docs/kubernetes.md.",
  },
  "kubernetes.kubelet-ca": {
    type: "string",
    value: "FILE",
    help: "What signed the kubelet's certificate, instead of ca.crt; of one that signed itself, that certificate.",
  },
  "kubernetes.kubelet-name": {
    type: "string",
    value: "NAME",
    help: "The name that the kubelet's certificate is for, such as $(NODE_NAME), instead of the URL's host.",
  },
} as const satisfies Record<string, Option>;

/** Reads those flags and, for what they do not say, the environment of a pod. */
export function kubernetesOptions(
  command: string,
  call: Call,
  environment: Output["environment"],
): KubernetesOptions {
  const wrong = (detail: string) => new UserError("bad-usage", { command, detail });
  const credentials = withoutSlash(call.options["kubernetes.credentials"] as string);
  const kubelet = kubeletOptions(call, wrong);
  if (kubelet !== undefined) return { ...kubelet, credentials };
  const node = textOf(call.options["kubernetes.node"]) ?? textOf(environment["NODE_NAME"]);
  if (node === undefined)
    throw wrong(
      "--collector.kubernetes needs --kubernetes.node, or NODE_NAME in the environment as the downward API gives it.",
    );
  if (!/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(node))
    throw wrong(`'${node}' is not the name of a node: give that which 'kubectl get nodes' shows.`);
  const given = textOf(call.options["kubernetes.api"]) ?? inClusterUrl(environment);
  if (given === undefined)
    throw wrong("--collector.kubernetes needs --kubernetes.api where it does not run in a pod.");
  const apiUrl = withoutSlash(given);
  if (!isServer(apiUrl))
    throw wrong(`--kubernetes.api takes a URL such as https://10.0.0.1:6443, not '${given}'.`);
  return { apiUrl, node, credentials };
}

/** Undefined where it is not the kubelet that is to be asked. */
function kubeletOptions(
  { options }: Call,
  wrong: (detail: string) => UserError,
): Omit<KubeletOptions, "credentials"> | undefined {
  const given = textOf(options["kubernetes.kubelet"]);
  const authorityFile = textOf(options["kubernetes.kubelet-ca"]);
  const serverName = textOf(options["kubernetes.kubelet-name"]);
  if (given === undefined) {
    if (authorityFile === undefined && serverName === undefined) return undefined;
    throw wrong("--kubernetes.kubelet-ca and --kubernetes.kubelet-name need --kubernetes.kubelet.");
  }
  if (options["kubernetes.api"] !== undefined)
    throw wrong("--kubernetes.kubelet and --kubernetes.api exclude each other.");
  const kubeletUrl = withoutSlash(given);
  if (!isServer(kubeletUrl))
    throw wrong(`--kubernetes.kubelet takes a URL such as https://10.0.0.7:10250, not '${given}'.`);
  return {
    kubeletUrl,
    ...(authorityFile !== undefined && { authorityFile }),
    ...(serverName !== undefined && { serverName }),
  };
}

function withoutSlash(text: string): string {
  return text.replace(/\/+$/, "");
}

/** As Kubernetes tells every pod. */
function inClusterUrl(environment: Output["environment"]): string | undefined {
  const host = textOf(environment["KUBERNETES_SERVICE_HOST"]);
  const port = textOf(environment["KUBERNETES_SERVICE_PORT"]) ?? "443";
  if (host === undefined) return undefined;
  return `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function textOf(value: Call["options"][string]): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A user and a password would be shown in no header, and a query would be lost. */
function isServer(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password, search, hash } = new URL(url);
  return (
    /^https?:$/.test(protocol) && [username, password, search, hash].every((part) => part === "")
  );
}
