import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { repository } from "./fixture-host.ts";

/** What is wrong with a Compose file, by the schema of the Compose Specification; nothing where it is right. */
export function composeFaults(document: unknown): readonly string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  return faults(ajv.compile(fixture("compose-spec/compose-spec.json")), document);
}

/** What is wrong with an object of Kubernetes, by its own kind's schema; unknown fields are wrong, too. */
export function kubernetesFaults(object: { readonly kind: string }): readonly string[] {
  const { kinds, ...schemas } = fixture("kubernetes/schemas.json") as Record<string, object>;
  const kind = (kinds as Record<string, object>)[object.kind];
  if (kind === undefined) return [`there is no schema of ${object.kind}`];
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  return faults(ajv.compile({ ...schemas, ...kind }), object);
}

function fixture(path: string): object {
  return JSON.parse(readFileSync(join(repository, "test/fixtures", path), "utf8")) as object;
}

function faults(validate: ValidateFunction, document: unknown): readonly string[] {
  if (validate(document)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${instancePath} ${message ?? ""} ${JSON.stringify(params)}`,
  );
}
