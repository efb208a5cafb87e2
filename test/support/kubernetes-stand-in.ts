import type { IncomingMessage, ServerResponse } from "node:http";
import { bookmark, type podObject, podEvent, podList, statusObject } from "./kubernetes-objects.ts";
import type { Identity } from "./test-authority.ts";
import { startTlsStandIn } from "./tls-stand-in.ts";

type PodObject = ReturnType<typeof podObject>;

/**
 * What stands in for an API server of Kubernetes, built from the published shapes of its answers: no cluster was asked. It
 * lists the pods of one node page by page and has them watched, with bookmarks; and it fails as API servers do.
 */
export interface KubernetesStandIn {
  readonly url: string;
  /** Paths and queries in order, with the status of each answer. */
  readonly asked: readonly string[];
  /** Adds a pod or changes it, and tells whoever watches. */
  put(pod: PodObject): void;
  remove(pod: PodObject): void;
  /** Tells whoever watches of the newest version. */
  bookmark(): void;
  /** Takes another token from now on, and ends every watch. */
  rotate(token: string): void;
  /** Forgets what was: whoever watches is told so, and whoever goes on from it. */
  expire(): void;
  /** Cuts every connection. */
  reset(): void;
  /** Answers nothing until told otherwise. */
  hang(hangs: boolean): void;
  /** How many watches there are. */
  watches(): number;
  stop(): Promise<void>;
}

export async function startKubernetesStandIn(
  identity: Identity,
  node: string,
  firstToken: string,
): Promise<KubernetesStandIn> {
  let token = firstToken;
  let version = 1000;
  let oldest = 1000;
  let hangs = false;
  const pods = new Map<string, PodObject>();
  const events: { readonly version: number; readonly line: string }[] = [];
  const watches = new Set<ServerResponse>();
  const asked: string[] = [];

  const tell = (event: object) => {
    const line = `${JSON.stringify(event)}\n`;
    events.push({ version, line });
    for (const watch of watches) watch.write(line);
  };
  const versioned = (pod: PodObject): PodObject => {
    version += 1;
    return { ...pod, metadata: { ...pod.metadata, resourceVersion: String(version) } };
  };

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? "";
    const send = (status: number, object: object) => {
      asked.push(`${status} ${path}`);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(object));
    };
    if (hangs) {
      asked.push(`hangs ${path}`);
      return;
    }
    if (request.headers.authorization !== `Bearer ${token}`) {
      send(401, statusObject(401, "Unauthorized"));
      return;
    }
    const { pathname, searchParams } = new URL(path, "https://stand-in");
    if (
      pathname !== "/api/v1/pods" ||
      searchParams.get("fieldSelector") !== `spec.nodeName=${node}`
    ) {
      send(403, statusObject(403, "Forbidden"));
      return;
    }
    if (searchParams.get("watch") !== "true") list(searchParams, send);
    else {
      asked.push(`200 ${path}`);
      watch(Number(searchParams.get("resourceVersion")), response);
    }
  }

  /** One pod a page, so that there are pages. */
  function list(query: URLSearchParams, send: (status: number, object: object) => void): void {
    const at = Number(query.get("continue") ?? "0");
    const all = [...pods.values()];
    const next = at + 1 < all.length ? String(at + 1) : undefined;
    send(200, podList(all.slice(at, at + 1), String(version), next));
  }

  function watch(since: number, response: ServerResponse): void {
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    if (since < oldest) {
      response.end(`${JSON.stringify({ type: "ERROR", object: statusObject(410, "Expired") })}\n`);
      return;
    }
    for (const event of events) if (event.version > since) response.write(event.line);
    watches.add(response);
    response.once("close", () => watches.delete(response));
  }

  const { url, cut, stop } = await startTlsStandIn(identity, answer);
  const endWatches = () => {
    for (const open of watches) open.end();
    watches.clear();
  };

  return {
    url,
    asked,
    put(pod) {
      const type = pods.has(pod.metadata.uid) ? "MODIFIED" : "ADDED";
      const newest = versioned(pod);
      pods.set(pod.metadata.uid, newest);
      tell(podEvent(type, newest));
    },
    remove(pod) {
      pods.delete(pod.metadata.uid);
      tell(podEvent("DELETED", versioned(pod)));
    },
    bookmark() {
      tell(bookmark(String(version)));
    },
    rotate(next) {
      token = next;
      endWatches();
    },
    expire() {
      version += 1000;
      oldest = version;
      const line = JSON.stringify({ type: "ERROR", object: statusObject(410, "Expired") });
      for (const open of watches) open.write(`${line}\n`);
      endWatches();
    },
    reset: cut,
    hang(now) {
      hangs = now;
    },
    watches: () => watches.size,
    stop,
  };
}
