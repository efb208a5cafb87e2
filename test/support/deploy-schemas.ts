import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { AnyValidateFunction } from "ajv/dist/types/index.js";
import { repository } from "./fixture-host.ts";

const options = {
  strict: false,
  allErrors: true,
  validateFormats: false,
  // The schemas are large and what they judge is small: a quick compiler beats quick code.
  inlineRefs: false,
  code: { optimize: false },
};
const compose = new Ajv2020(options).addSchema(
  fixture("compose-spec/compose-spec.json"),
  "compose",
);
const kubernetes = new Ajv(options).addSchema(fixture("kubernetes/schemas.json"), "kubernetes");

/** What is wrong with a Compose file, by the schema of the Compose Specification; nothing where it is right. */
export function composeFaults(document: unknown): readonly string[] {
  return faults(compose.getSchema("compose"), document);
}

/** What is wrong with an object of Kubernetes, by its own kind's schema; unknown fields are wrong, too. */
export function kubernetesFaults(object: { readonly kind: string }): readonly string[] {
  return faults(kubernetes.getSchema(`kubernetes#/kinds/${object.kind}`), object);
}

function fixture(path: string): object {
  return JSON.parse(readFileSync(join(repository, "test/fixtures", path), "utf8")) as object;
}

function faults(validate: AnyValidateFunction | undefined, document: unknown): readonly string[] {
  if (validate === undefined) return ["there is no schema of this kind"];
  if (validate(document) === true) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${instancePath} ${message ?? ""} ${JSON.stringify(params)}`,
  );
}
