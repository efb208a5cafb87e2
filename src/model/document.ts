import { z } from "zod";

/** One thing that is wrong with a document: where, what belongs there, and what was found. */
export interface DocumentFinding {
  readonly path: readonly (string | number)[];
  readonly kind: "wrong" | "missing" | "unknown-key";
  /** A phrase that ends a sentence, such as "A, B or C". */
  readonly expected: string;
  readonly found: unknown;
  /** What was found may be a secret, and is not to be repeated. */
  readonly secret?: boolean;
}

/** Checks data against a schema. Findings are data: the caller knows the file and its lines. */
export function checkData<T>(
  schema: z.ZodType<T>,
  data: unknown,
): { readonly value: T } | { readonly findings: readonly DocumentFinding[] } {
  const result = schema.safeParse(data);
  if (result.success) return { value: result.data };
  return { findings: result.error.issues.flatMap((issue) => toFindings(issue, data)) };
}

/** What a key must be: every phrase ends the sentence "KEY must be …". */
export function phrase(text: string): { readonly error: string } {
  return { error: text };
}

/** A map with exactly these keys; an unknown key is answered with the known ones. */
export function map<const Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? Object.keys(shape).join(", ") : "a map",
  });
}

/** The grammar of a workload's name, in metrics, rules and file names alike. */
export const workloadName = z
  .string(phrase("the name of a workload"))
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,62}$/,
    phrase("1 to 63 letters, digits or _ . : - that start with a letter or digit"),
  );

function toFindings(issue: z.core.$ZodIssue, data: unknown): readonly DocumentFinding[] {
  const path = issue.path.map((key) => (typeof key === "symbol" ? String(key) : key));
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key],
      kind: "unknown-key",
      expected: issue.message,
      found: key,
    }));
  }
  if (issue.code === "invalid_key") {
    const expected = issue.issues[0]?.message ?? issue.message;
    return [{ path, kind: "unknown-key", expected, found: path.at(-1) }];
  }
  const found = at(data, path);
  const kind = found === undefined ? "missing" : "wrong";
  const secret = issue.code === "custom" && issue.params?.["secret"] === true;
  return [{ path, kind, expected: issue.message, found, ...(secret && { secret }) }];
}

function at(data: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null
        ? (value as Readonly<Record<string | number, unknown>>)[key]
        : undefined,
    data,
  );
}
