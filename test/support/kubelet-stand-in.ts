import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { podObject } from "./kubernetes-objects.ts";
import type { Identity } from "./test-authority.ts";

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
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  const server = createServer(
    { cert: readFileSync(identity.certificateFile), key: readFileSync(identity.keyFile) },
    (request, response) => {
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
    },
  );
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `https://127.0.0.1:${port}`,
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
    async stop() {
      const closed = new Promise<void>((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
      cut();
      await closed;
    },
  };
}
