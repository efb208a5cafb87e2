/**
 * The number that a quantity of Kubernetes stands for, such as `1Gi`, `500m`, `1.5` or `1e3`: bytes for memory, cores
 * for CPU. Undefined for what is none, or is less than 0.
 */
export function quantity(text: string): number | undefined {
  const [, digits = "", suffix = ""] = form.exec(text) ?? [];
  if (digits === "") return undefined;
  const binary = binaryPowers.get(suffix);
  if (binary !== undefined) return Number(digits) * 2 ** binary;
  const given = /^[eE]([+-]?\d{1,2})$/.exec(suffix)?.[1];
  const decimal = given ?? decimalPowers.get(suffix);
  // As text, for 5 * 1e-9 is not quite 5e-9.
  return decimal === undefined ? undefined : Number(`${digits}e${decimal}`);
}

const form = /^\+?(\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(\D?.{0,4})$/;

const binaryPowers: ReadonlyMap<string, number> = new Map([
  ["Ki", 10],
  ["Mi", 20],
  ["Gi", 30],
  ["Ti", 40],
  ["Pi", 50],
  ["Ei", 60],
]);

const decimalPowers: ReadonlyMap<string, number> = new Map([
  ["n", -9],
  ["u", -6],
  ["m", -3],
  ["", 0],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
  ["E", 18],
]);
