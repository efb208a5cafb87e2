import { bystanderOf, readers } from "./bystanders.ts";
import type { Verdict } from "./classify.ts";
import { type Invocation, moduleOfFile } from "./invocation.ts";
import { knownProgram } from "./match-runtime.ts";
import { programName } from "./program-names.ts";
import type { Form } from "./runtime.ts";

/** What was seen when looking at one process for an explanation. */
export type Sighting =
  | { readonly kind: "self" | "ancestor" | "lifeless" | "asleep" | "unreadable" }
  | {
      readonly kind: "seen";
      readonly argv: readonly string[];
      readonly verdict: Verdict;
      /** Arguments were cut at blanks, their own or not. */
      readonly boundariesLost?: true;
      /** What keeps a rule of the config from naming it, where little does. */
      readonly nearly?: string;
    };

/** One sentence on why a process is MLX or is not. `leader` is the process that a worker works for. */
export function reasonFor(sighting: Sighting, leader: number | undefined): string {
  switch (sighting.kind) {
    case "self":
      return "this is the exporter itself";
    case "ancestor":
      return "an ancestor of the exporter itself";
    case "lifeless":
      return "kernel thread or zombie: no command line";
    case "asleep":
      return "in uninterruptible sleep: reading its command line could block for ever";
    case "unreadable":
      return "its command line could not be read";
    case "seen":
      return [
        `${reasonForVerdict(sighting.verdict, sighting.argv, leader)}${lossOf(sighting)}`,
        ...(sighting.nearly === undefined ? [] : [sighting.nearly]),
      ].join("; ");
  }
}

/** What is not known for want of the places where arguments end. */
function lossOf({ verdict, argv, boundariesLost }: Sighting & { kind: "seen" }): string {
  if (!boundariesLost) return "";
  if (verdict.kind === "mlx" && verdict.lost) {
    return "; ps does not tell where its arguments end, so more may be true of it than is said here";
  }
  const isMentioned = verdict.kind === "other" && mention(argv, verdict.invocation) !== undefined;
  return isMentioned ? ", as far as ps tells, which does not say where arguments end" : "";
}

/** Whether a process that is not MLX is close enough to be listed unasked. */
export function isNear(sighting: Sighting): boolean {
  if (sighting.kind !== "seen") return false;
  if (sighting.nearly !== undefined) return true;
  switch (sighting.verdict.kind) {
    case "mlx":
    case "unfit":
    case "unproven":
      return true;
    case "child":
      return sighting.verdict.of === "vllm";
    case "tracker":
      return false;
    case "other": {
      const { invocation } = sighting.verdict;
      const known = invocation === undefined ? undefined : bystanderOf(invocation.program);
      return (
        known?.bystander.alwaysNear === true || mention(sighting.argv, invocation) !== undefined
      );
    }
  }
}

function reasonForVerdict(
  verdict: Verdict,
  argv: readonly string[],
  leader: number | undefined,
): string {
  switch (verdict.kind) {
    case "mlx":
      return leader === undefined
        ? reasonForMatch(verdict)
        : `of the same runtime as its ancestor, process ${leader}, and so a worker of it`;
    case "child": {
      const what = verdict.of === "vllm" ? "a retitled vLLM child" : "a multiprocessing child";
      return leader === undefined
        ? `${what}, and no ancestor of it is MLX`
        : `${what} of the MLX process ${leader}`;
    }
    case "tracker":
      return "the resource tracker of Python's multiprocessing, which holds no model";
    case "unfit": {
      const { invocation, runtime, form, lost } = verdict;
      const otherwise = lost
        ? "ps does not tell where its arguments end, and by that it would be MLX or not"
        : (runtime.otherwise ?? "it does not start with a subcommand that loads a model");
      return `argv[${invocation.index}] is ${form.program}, but ${otherwise}`;
    }
    case "unproven":
      return verdict.environmentReadable
        ? "vllm without vllm-metal: it is not macOS, and no VLLM_METAL_ variable is in its environment"
        : "vllm without vllm-metal: it is not macOS, and its environment may not be read";
    case "other":
      return reasonForOther(argv, verdict.invocation);
  }
}

function reasonForMatch(verdict: Verdict & { kind: "mlx" }): string {
  const { invocation, form, rule, identity, monitoredBy, namedBy } = verdict;
  const naming = rule === undefined ? namedBy : `the config's rule ${rule.name}`;
  const named = naming === undefined ? "" : `; ${naming} names the workload`;
  if (monitoredBy !== undefined) return `${monitoredBy} says that it is to be monitored${named}`;
  if (form === undefined) return `${naming ?? ""} claims its program`;
  const rank = identity.role === "rank" ? "; MLX_RANK in its environment makes it a rank" : "";
  return `${placeOf(invocation, form)}${rank}${named}`;
}

const kindNames: Record<Invocation["kind"], string> = {
  binary: "is the program",
  "python-script": "is the console script",
  "python-module": "names the module",
  "python-file": "is a file of the module",
  "node-script": "is the node script",
};

function placeOf({ index, kind }: Invocation, form: Form): string {
  const conditions = [
    ...(form.word === undefined ? [] : [`the subcommand ${form.word}`]),
    ...(form.requiredSwitch === undefined ? [] : [form.requiredSwitch]),
    ...(form.evidence === undefined ? [] : ["evidence of vllm-metal"]),
  ];
  const suffix = conditions.length === 0 ? "" : ` with ${conditions.join(" and ")}`;
  return `argv[${index}] ${kindNames[kind]} ${form.program}${suffix}`;
}

function reasonForOther(argv: readonly string[], invocation: Invocation | undefined): string {
  const known = invocation === undefined ? undefined : bystanderOf(invocation.program);
  if (invocation !== undefined && known !== undefined) {
    return `argv[${invocation.index}] is ${known.name}, ${known.bystander.description}`;
  }
  const mentioned = mention(argv, invocation);
  if (mentioned === undefined) return "no element of the command line names an MLX program";
  const reader = readers.find((name) => name === invocation?.program) ?? "another program";
  return `argv names ${mentioned} only as an argument of ${reader}`;
}

/** The MLX program that the words of a command line mention beside the program it runs, as the table spells it. */
function mention(argv: readonly string[], invocation: Invocation | undefined): string | undefined {
  for (const [index, element] of argv.entries()) {
    if (index === (invocation?.index ?? 0)) continue;
    for (const word of element.split(/[\s;&|()'"`=,]+/)) {
      const known = knownProgram(moduleOfFile(word) ?? programName(word));
      if (known !== undefined) return known;
    }
  }
  return undefined;
}
