import type { Destination } from "../../model/exchange.ts";
import type { Files } from "../../model/host.ts";
import { asksKubelet, type KubernetesOptions } from "../../model/kubernetes.ts";

/** So many pods are asked for at a time, for one of them may be 30 KB. */
const pagePods = 100;

/**
 * Asks for a page of the node's pods. The first list of all may come from the server's cache: a DaemonSet that starts on
 * a thousand nodes should not have the cluster's database read a thousand times.
 */
export function listPath(node: string, page: { cached: boolean } | { next: string }): string {
  const more =
    "next" in page ? { continue: page.next } : page.cached ? { resourceVersion: "0" } : {};
  return podsPath(node, { limit: String(pagePods), ...more });
}

/** Asks for what happens from `version` on, for so long. */
export function watchPath(node: string, version: string, seconds: number): string {
  return podsPath(node, {
    watch: "true",
    allowWatchBookmarks: "true",
    resourceVersion: version,
    timeoutSeconds: String(Math.round(seconds)),
  });
}

/** No other node's pods are ever asked for. */
function podsPath(node: string, query: Readonly<Record<string, string>>): string {
  const fieldSelector = `spec.nodeName=${node}`;
  return `/api/v1/pods?${new URLSearchParams({ fieldSelector, ...query }).toString()}`;
}

/** With the token and the authorities of now. Nothing but https gets the token to see. */
export function destination(files: Files, options: KubernetesOptions, path: string): Destination {
  const { credentials } = options;
  const {
    kubeletUrl: url,
    authorityFile = `${credentials}/ca.crt`,
    serverName,
  } = asksKubelet(options) ? options : { kubeletUrl: options.apiUrl };
  const token = tokenOf(files, `${credentials}/token`);
  const authorities = files.read(authorityFile);
  const secure = url.startsWith("https:");
  return {
    url: `${url}${path}`,
    headers: {
      accept: "application/json",
      "user-agent": "mlx-headroom",
      ...(secure && token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(secure && authorities.kind === "read" && { authorities: authorities.bytes }),
    ...(secure && serverName !== undefined && { serverName }),
  };
}

/** What a header cannot hold is no token. */
function tokenOf(files: Files, path: string): string | undefined {
  const read = files.read(path, 64 * 1024);
  const token = read.kind === "read" ? read.bytes.toString("latin1").trim() : "";
  return /^[\x21-\x7e]+$/.test(token) ? token : undefined;
}
