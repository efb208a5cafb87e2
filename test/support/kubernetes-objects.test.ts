import assert from "node:assert/strict";
import { kubernetesFaults } from "./deploy-schemas.ts";
import { podObject, uidOf } from "./kubernetes-objects.ts";

describe("the pods of the stand-in for an API server", () => {
  it("are what the published schema of a Pod accepts, their status left aside", () => {
    const { metadata, spec } = podObject({ name: "chat", uid: uidOf(1) });
    const pod = { apiVersion: "v1", kind: "Pod", metadata, spec };
    assert.deepEqual(kubernetesFaults(pod), []);
    assert.notDeepEqual(kubernetesFaults({ ...pod, spec: { ...spec, node: "x" } } as never), []);
  });
});
