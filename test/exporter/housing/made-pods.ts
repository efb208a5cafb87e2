import type { CgroupIdentity } from "../../../src/model/cgroup-identity.ts";
import type { Exchange } from "../../../src/model/exchange.ts";
import { idOf, podObject, uidOf } from "../../support/kubernetes-objects.ts";

/** The nth of some pods, as the API has it; parts can be replaced. */
export const pod = (n: number, more: object = {}) =>
  podObject({ name: `pod-${n}`, uid: uidOf(n), containerId: idOf(n), ...more });

/** What the kernel says of a process in its container. */
export function identity(n: number): CgroupIdentity {
  return { pod: { uid: uidOf(n), qosClass: "burstable" }, container: { id: idOf(n) } };
}

export const answered = (status: number, object: unknown): Exchange => ({
  kind: "answered",
  status,
  body: Buffer.from(JSON.stringify(object)),
});
