import { flagValue, hasFlag, mayBeAmong, portValue } from "./flag-values.ts";
import type { Invocation } from "./invocation.ts";
import { isNamed } from "./program-names.ts";
import type { Form, Runtime } from "./runtime.ts";
import type { WorkloadRule } from "../../model/workload-rule.ts";
import { packages, runtimes } from "./runtimes.ts";

/** How a program compares with the runtime table: a form fits, or its name is there and no form fits. */
export type RuntimeMatch =
  | {
      readonly kind: "fits";
      readonly runtime: Runtime;
      readonly form: Form;
      /** As given, at any length: what is shown of it is cut, what names the workload is not. */
      readonly model?: string;
      readonly port?: number;
      /** Model or port may be there, where nobody can tell arguments apart. */
      readonly lost?: true;
    }
  | {
      readonly kind: "named";
      readonly runtime: Runtime;
      readonly form: Form;
      /** It might fit if arguments could be told apart. */
      readonly lost?: true;
    };

/** Looks a program up in the runtime table. Nothing when no row has its name. */
export function matchRuntime(
  argv: readonly string[],
  invocation: Invocation,
): RuntimeMatch | undefined {
  let named: RuntimeMatch | undefined;
  for (const { runtime, form } of formsOf(invocation.program)) {
    if ((form.interpreter === "node") !== (invocation.kind === "node-script")) continue;
    if (isDoubtful(runtime, form, invocation)) return { kind: "named", runtime, form, lost: true };
    if (fits(form, argv, invocation)) {
      return { kind: "fits", runtime, form, ...values(runtime, form, invocation) };
    }
    named ??= { kind: "named", runtime, form };
  }
  return named;
}

/** The name of the runtime table that a word is, for saying which program a command line only mentions. */
export function knownProgram(word: string): string | undefined {
  return formsOf(word)[0]?.form.program;
}

/** Whether a program of this name takes flags and no more words than its form tells. */
export function takesFlagsOnly(program: string): boolean {
  const found = formsOf(program);
  return found.length > 0 && found.every(({ runtime }) => runtime.flagsOnly === true);
}

/** Whether a word is a subcommand of a program of this name. */
export function isSubcommand(program: string, word: string | undefined): boolean {
  return word !== undefined && formsOf(program).some(({ form }) => form.word === word);
}

/** Part of the text of every command line that is MLX by the table, and of many others. */
export const programWords: readonly string[] = [
  ...new Set([
    ...runtimes.flatMap(({ forms }) => forms.map(({ program }) => program.replace("*", ""))),
    ...packages,
  ]),
];

/** The kernel cuts a process's short name to this many bytes. */
const commBytes = 15;

/**
 * Whether a process of this short name could be, or become without a change of its name, one that counts: an
 * interpreter, a program of the table, or one that a rule of the config claims.
 */
export function couldBeMlx(comm: string, rules: readonly WorkloadRule[]): boolean {
  return (
    /^(python|pypy|node|VLLM)/i.test(comm) ||
    shortNames.has(comm) ||
    openRows.some(({ form }) => isNamed(form.program, comm)) ||
    rules.some(({ match }) => match.program?.slice(0, commBytes) === comm)
  );
}

interface Row {
  readonly runtime: Runtime;
  readonly form: Form;
}

const rows: readonly Row[] = runtimes.flatMap((runtime) =>
  runtime.forms.map((form) => ({ runtime, form })),
);
const openRows = rows.filter(({ form }) => form.program.endsWith("*"));
const rowsByProgram = new Map<string, Row[]>();
for (const row of rows) {
  const same = rowsByProgram.get(row.form.program);
  if (same === undefined) rowsByProgram.set(row.form.program, [row]);
  else same.push(row);
}

const shortNames = new Set(rows.map(({ form }) => form.program.slice(0, commBytes)));

function formsOf(program: string): readonly Row[] {
  return (
    rowsByProgram.get(program) ?? openRows.filter(({ form }) => isNamed(form.program, program))
  );
}

function fits(form: Form, argv: readonly string[], invocation: Invocation): boolean {
  const given = afterWord(form, invocation.arguments);
  if (given === undefined) return false;
  const all = [...given, ...(invocation.unclear ?? [])];
  return (
    (form.firstIsFlag === undefined || all[0]?.startsWith("-") === true) &&
    (form.requiredSwitch === undefined || hasFlag(given, form.requiredSwitch)) &&
    (form.onlyFlags === undefined || holdsOnlyFlags(all, form.onlyFlags)) &&
    (form.under === undefined || runsUnder(form.under, argv, invocation))
  );
}

/**
 * Whether a form would fit or not by where arguments end, and nobody can tell: its switch may be there, or a word stands
 * where the program takes none, so that what looks like the program may be part of a path.
 */
function isDoubtful(runtime: Runtime, form: Form, invocation: Invocation): boolean {
  const given = afterWord(form, invocation.arguments);
  const { unclear } = invocation;
  if (given === undefined || unclear === undefined) return false;
  const first = given[0] ?? unclear[0] ?? "";
  const strays =
    runtime.flagsOnly === true && form.modelIsPositional !== true && /^[^-]/.test(first);
  const { requiredSwitch } = form;
  return (
    strays ||
    (requiredSwitch !== undefined &&
      !hasFlag(given, requiredSwitch) &&
      mayBeAmong(unclear, [requiredSwitch], "exact"))
  );
}

/** The arguments after the subcommand, or nothing when it is another one. */
function afterWord(form: Form, given: readonly string[]): readonly string[] | undefined {
  if (form.word === undefined) return given;
  return given[0] === form.word ? given.slice(1) : undefined;
}

function holdsOnlyFlags(given: readonly string[], withValue: readonly string[]): boolean {
  return given.every(
    (element, index) => element.startsWith("-") || withValue.includes(given[index - 1] ?? ""),
  );
}

function runsUnder(
  folders: readonly string[],
  argv: readonly string[],
  invocation: Invocation,
): boolean {
  const paths = [argv[0] ?? "", argv[invocation.index] ?? ""];
  return paths.some((path) => path.split("/").some((part) => folders.includes(part)));
}

function values(
  { modelFlags = [], portFlags = [], flagParser }: Runtime,
  form: Form,
  { arguments: given, unclear = [] }: Invocation,
): { readonly model?: string; readonly port?: number; readonly lost?: true } {
  const rest = afterWord(form, given) ?? [];
  const first = form.modelIsPositional ? (rest[0] ?? unclear[0]) : undefined;
  const positional = first?.startsWith("-") === false ? rest[0] : "";
  const modelIsLost = positional === undefined || mayBeAmong(unclear, modelFlags, flagParser);
  const portIsLost = mayBeAmong(unclear, portFlags, flagParser);
  const model = modelIsLost ? undefined : positional || flagValue(rest, modelFlags, flagParser);
  const portText = portIsLost ? undefined : flagValue(rest, portFlags, flagParser);
  const port = portText === undefined ? undefined : portValue(portText);
  return {
    ...(model !== undefined && { model }),
    ...(port !== undefined && { port }),
    ...((modelIsLost || portIsLost) && { lost: true }),
  };
}
