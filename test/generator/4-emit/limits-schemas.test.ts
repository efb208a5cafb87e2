import assert from "node:assert/strict";
import { parse } from "yaml";
import { defaultPolicy, rollouts } from "../../../src/model/policy.ts";
import { composeFaults, kubernetesFaults } from "../../support/deploy-schemas.ts";
import { examples, limitManifests } from "../limit-manifests.ts";

/** Every manifest of one platform: of all examples, at every stage of the rollout. */
function everyManifest(file: string): ReadonlyMap<string, string> {
  const all = rollouts.flatMap((rollout) =>
    [...limitManifests(examples, { ...defaultPolicy, rollout })].map(
      ([path, text]) => [`${rollout} ${path}`, text] as const,
    ),
  );
  return new Map(all.filter(([path]) => path.endsWith(file)));
}

interface Container {
  readonly name: string;
  readonly image?: string;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
}

interface Patch {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly template: { readonly spec: { readonly containers: Container[] } } };
}

/**
 * A Deployment as a user has it, of two containers, after kubectl's merge: containers by their names, everything else by
 * its key.
 */
function patched({ metadata, spec: wanted, ...patch }: Patch) {
  const labels = { app: metadata.name };
  const containers = ["sidecar", metadata.name].map((name) => ({
    name,
    image: "python:3.12",
    ...wanted.template.spec.containers.find((container) => container.name === name),
  }));
  const template = { metadata: { labels }, spec: { containers } };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    ...patch,
    metadata,
    spec: { selector: { matchLabels: labels }, template },
  };
}

const quantity = /^(?:\d+|\d*\.\d+)(?:[KMGTPE]i|[numkMGTPE])?$/;

describe("manifests of limits against the schemas of their platforms", () => {
  it("Compose's specification takes every override, and would not take a misspelt key", () => {
    const overrides = everyManifest("compose.yaml");
    assert.equal(overrides.size, 9);
    for (const [path, text] of overrides) {
      const override = parse(text) as { readonly services: Readonly<Record<string, object>> };
      assert.deepEqual(composeFaults(override), [], path);
      const wrong = { services: { ...override.services, wrong: { mem_limits: "1g" } } };
      assert.match(composeFaults(wrong).join(), /\/services\/wrong .*"mem_limits"/);
    }
  });

  it("Kubernetes takes a Deployment that was patched, and would not take a misspelt key", () => {
    const patches = everyManifest("kubernetes.yaml");
    assert.equal(patches.size, 9);
    for (const [path, text] of patches) {
      const patch = parse(text) as Patch;
      assert.deepEqual(kubernetesFaults(patched(patch)), [], path);
      const [container] = patch.spec.template.spec.containers;
      const wrong = structuredClone(patch);
      Object.assign(wrong.spec.template.spec.containers[0] ?? {}, {
        resources: { ...container?.resources, limit: { memory: "1Gi" } },
      });
      assert.match(kubernetesFaults(patched(wrong)).join(), /resources .*"limit"/);
    }
  });

  it("quantities of Kubernetes are such, requests are below limits, and cards are limits alone", () => {
    for (const [path, text] of everyManifest("kubernetes.yaml")) {
      const { containers } = (parse(text) as Patch).spec.template.spec;
      const { requests = {}, limits = {} } = containers[0]?.resources ?? {};
      for (const value of [...Object.values(requests), ...Object.values(limits)])
        assert.match(value, quantity, path);
      for (const [name, asked] of Object.entries(requests))
        if (limits[name] !== undefined)
          assert.ok(Number.parseFloat(asked) <= Number.parseFloat(limits[name]), `${path} ${name}`);
      assert.equal(requests["nvidia.com/gpu"], undefined);
    }
  });
});
