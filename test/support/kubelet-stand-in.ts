import type { podObject } from "./kubernetes-objects.ts";
import type { Identity } from "./test-authority.ts";
import { startTlsStandIn } from "./tls-stand-in.ts";

type PodObject = ReturnType<typeof podObject>;

/**
 * What stands in for a kubelet, built from its source and from the API's published shapes: no kubelet was asked. It has
 * one list, without versions and pages, and says no as kubelets do, in plain text.
 */
export interface KubeletStandIn {
  readonly url: string;
  /** Paths in order, with the status of each answer. */
  readonly asked: readonly string[];
  put(pod: PodObject): void;
  remove(pod: PodObject): void;
  /** Takes another token from now on. */
  rotate(token: string): void;
  /** Whether RBAC lets the token get nodes/pods. */
  allow(allows: boolean): void;
  /** Answers nothing until told otherwise; whoever waits then is cut off. */
  hang(hangs: boolean): void;
  stop(): Promise<void>;
}

export async function startKubeletStandIn(
  identity: Identity,
  firstToken: string,
): Promise<KubeletStandIn> {
  let token = firstToken;
  let allows = true;
  let hangs = false;
  const pods = new Map<string, PodObject>();
  const asked: string[] = [];
  const { url, cut, stop } = await startTlsStandIn(identity, (request, response) => {
    const path = request.url ?? "";
    const say = (status: number, type: string, body: string) => {
      asked.push(`${status} ${path}`);
      response.writeHead(status, { "content-type": type });
      response.end(body);
    };
    const refuse = (status: number, why: string) => {
      say(status, "text/plain; charset=utf-8", `${why}\n`);
    };
    if (hangs) asked.push(`hangs ${path}`);
    else if (request.headers.authorization !== `Bearer ${token}`) refuse(401, "Unauthorized");
    else if (!allows)
      refuse(
        403,
        "Forbidden (user=system:serviceaccount:mlx-headroom:mlx-headroom, verb=get, resource=nodes, subresource(s)=[pods proxy])",
      );
    else if (request.method !== "GET" || path !== "/pods") refuse(404, "404 page not found");
    else {
      const list = { kind: "PodList", apiVersion: "v1", metadata: {}, items: [...pods.values()] };
      say(200, "application/json", JSON.stringify(list));
    }
  });
  return {
    url,
    asked,
    put(pod) {
      pods.set(pod.metadata.uid, pod);
    },
    remove(pod) {
      pods.delete(pod.metadata.uid);
    },
    rotate(next) {
      token = next;
    },
    allow(now) {
      allows = now;
    },
    hang(now) {
      hangs = now;
      if (!now) cut();
    },
    stop,
  };
}
