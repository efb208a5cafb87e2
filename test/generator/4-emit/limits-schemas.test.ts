import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as dclint from "dclint";
import type { Deployment } from "kubernetes-types/apps/v1.js";
import type { Container } from "kubernetes-types/core/v1.js";
import { parse, stringify } from "yaml";
import { defaultPolicy, rollouts } from "../../../src/model/policy.ts";
import { inTemporaryFolder } from "../../support/temporary-folder.ts";
import { typeErrors } from "../../support/type-errors.ts";
import { examples, limitManifests } from "../limit-manifests.ts";

/** Its declarations name each other in a way that this project's resolution does not follow. */
const { DCLinter } = dclint as unknown as {
  readonly DCLinter: new (config: object) => {
    lintFiles(
      paths: readonly string[],
      recursive: boolean,
    ): readonly {
      readonly messages: readonly { readonly rule: string; readonly message: string }[];
    }[];
  };
};

/** Every manifest of one platform: of all examples, at every stage of the rollout. */
function everyManifest(file: string): ReadonlyMap<string, string> {
  const all = rollouts.flatMap((rollout) =>
    [...limitManifests(examples, { ...defaultPolicy, rollout })].map(
      ([path, text]) => [`${rollout} ${path}`, text] as const,
    ),
  );
  return new Map(all.filter(([path]) => path.endsWith(file)));
}

/** What the schema of the Compose specification has against a file, in the linter's words. */
function composeErrors(text: string): readonly string[] {
  return inTemporaryFolder((folder) => {
    const path = join(folder, "compose.yaml");
    writeFileSync(path, text);
    const linter = new DCLinter({ rules: {}, quiet: true, debug: false, exclude: [] });
    return linter
      .lintFiles([path], false)
      .flatMap(({ messages }) => messages)
      .filter(({ rule }) => rule === "invalid-schema" || rule === "invalid-yaml")
      .map(({ message }) => message);
  });
}

/** A Deployment as a user has it: two containers, of which the patch names one. */
function deployment(name: string): Deployment {
  const labels = { app: name };
  const container = (of: string): Container => ({ name: of, image: "python:3.12" });
  const spec = { containers: [container("sidecar"), container(name)] };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}

interface Patch {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly template: { readonly spec: { readonly containers: Container[] } } };
}

/** As kubectl merges: containers by their names, everything else by its key. */
function patched(patch: Patch): Deployment {
  const whole = deployment(patch.metadata.name);
  const pod = whole.spec?.template.spec;
  assert.ok(pod);
  pod.containers = pod.containers.map((container) => ({
    ...container,
    ...patch.spec.template.spec.containers.find(({ name }) => name === container.name),
  }));
  return { ...whole, ...patch, spec: whole.spec } as Deployment;
}

const quantity = /^(?:\d+|\d*\.\d+)(?:[KMGTPE]i|[numkMGTPE])?$/;

describe("manifests of limits against the schemas of their platforms", () => {
  it("Compose's specification takes every override, and would not take a misspelt key", () => {
    // One file for all: the linter reads the specification anew for each.
    const overrides = [...everyManifest("compose.yaml")].map(([path, text]) => {
      const { services } = parse(text) as { readonly services: Readonly<Record<string, object>> };
      return Object.values(services).map(
        (service) => [path.replaceAll(/\W/g, "-"), service] as const,
      );
    });
    const services = Object.fromEntries(overrides.flat());
    assert.equal(Object.keys(services).length, 9);
    assert.deepEqual(composeErrors(stringify({ services })), []);
    const wrong = { services: { ...services, wrong: { mem_limits: "1g" } } };
    assert.match(
      composeErrors(stringify(wrong)).join(),
      /\/services\/wrong".*additional properties/,
    );
  });

  it("Kubernetes' types take a Deployment that was patched, and would not take a misspelt key", function () {
    this.timeout(60_000);
    const patches = [...everyManifest("kubernetes.yaml").values()].map(
      (text) => parse(text) as Patch,
    );
    assert.equal(patches.length, 9);
    const wrong = structuredClone(patches.at(-1));
    const [container] = wrong?.spec.template.spec.containers ?? [];
    Object.assign(container?.resources ?? {}, { limit: { memory: "1Gi" } });
    const values = [...patches, wrong as Patch].map((patch) => JSON.stringify(patched(patch)));
    const source = [
      'import type { Deployment } from "kubernetes-types/apps/v1.js";',
      ...values.map((value, index) => `export const d${index}: Deployment = ${value};`),
    ].join("\n");
    const errors = typeErrors(source);
    assert.equal(errors.length, 1, errors.join("\n"));
    assert.match(
      errors[0] ?? "",
      /^line 11: .*'"limit"' does not exist in type 'ResourceRequirements'/,
    );
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
