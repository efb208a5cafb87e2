import type { Role } from "../../model/process.ts";
import type { Reason } from "../../model/figure.ts";
import type { Housing } from "../../model/container.ts";
import type { WorkloadRule } from "../../model/workload-rule.ts";
import type { Criteria } from "./criteria.ts";
import { flagValue, hasFlag, mayBeAmong, portValue, shownValue } from "./flag-values.ts";
import { type CommandLine, type Invocation, readInvocation } from "./invocation.ts";
import type { Owner } from "./linux-identity.ts";
import { matchRuntime } from "./match-runtime.ts";
import { customRuntime, type Form, type Runtime } from "./runtime.ts";
import { containerName, labelledName, monitoringLabel, namingLabel } from "./labelled.ts";
import { workloadName } from "./workload-name.ts";
import { type RuleFacts, ruleFor } from "./workload-rules.ts";

/** What a command line and the little that is read besides say about one process, its relatives left aside. */
export type Verdict =
  | {
      readonly kind: "mlx";
      readonly identity: Identity;
      readonly invocation: Invocation;
      /** Absent when only a rule of the config claims the process. */
      readonly form?: Form;
      readonly rule?: WorkloadRule;
      /** The label of its container or pod without which it were none, as an explanation calls it. */
      readonly monitoredBy?: string;
      /** The label that names its workload, where no rule does. */
      readonly namedBy?: string;
      /** More might be known of it if its arguments could be told apart. */
      readonly lost?: true;
    }
  /** A child that carries no name of its own: it is MLX when an ancestor is. */
  | { readonly kind: "child"; readonly of: "multiprocessing" | "vllm" }
  | { readonly kind: "tracker" }
  /** The program is in the runtime table, and yet this is not it. */
  | {
      readonly kind: "unfit";
      readonly invocation: Invocation;
      readonly runtime: Runtime;
      readonly form: Form;
      readonly lost?: true;
    }
  | { readonly kind: "unproven"; readonly environmentReadable: boolean }
  | { readonly kind: "other"; readonly invocation?: Invocation };

/** What a process is called and what it does. Workers take it over from the process they work for. */
export interface Identity {
  readonly runtime: string;
  readonly role: Role;
  readonly workload: string;
  readonly model?: string;
  readonly modelCut?: true;
  readonly port?: number;
  /** Why its environment could not be read: whether it is a rank is not known then. */
  readonly environmentMissing?: Reason;
  /** What MPS holds it to, as its environment says; workers inherit it. */
  readonly mpsMemoryLimit?: string;
}

/** What may be asked besides the command line. Functions, since each costs a read that few processes need. */
export interface Surroundings {
  readonly platform: string;
  readonly criteria: Criteria;
  owner(): Owner;
  /** Its container and its pod, as far as they are known by now. */
  housing(): Housing;
  /** Names of variables that are set, or why the environment could not be read. */
  environmentNames(): ReadonlySet<string> | Reason;
  /** The values of variables that a rule names. */
  variables(names: readonly string[]): ReadonlyMap<string, string>;
  /** The one variable that is read of every process known to be MLX. */
  mpsMemoryLimit(): string | undefined;
}

/** Decides what one command line is. */
export function classify(line: CommandLine, around: Surroundings): Verdict {
  const child = childVerdict(line.argv.slice(0, line.clear));
  if (child !== undefined) return child;
  const invocation = readInvocation(line);
  if (invocation === undefined) return { kind: "other" };
  // It is a child, or text that mentions one.
  if (invocation.unclear?.includes(forkFlag)) return { kind: "other", invocation };
  const match = matchRuntime(line.argv, invocation);
  const unproven = match?.kind === "fits" ? lackOfEvidence(match.form, around) : undefined;
  if (match?.kind === "fits" && unproven === undefined) {
    const { runtime, form } = match;
    const { rule, lost } = ruleFor(
      around.criteria.rules,
      factsOf(invocation, around, runtime.name),
    );
    return {
      kind: "mlx",
      identity: identify(runtime.name, form.role, match, rule, around),
      invocation,
      form,
      ...namingOf(rule, around),
      ...((lost === true || match.lost === true) && { lost: true }),
    };
  }
  const custom = customVerdict(invocation, around);
  if (custom !== undefined) return custom;
  if (unproven !== undefined) return unproven;
  return match?.kind === "named"
    ? { ...match, kind: "unfit", invocation }
    : { kind: "other", invocation };
}

const forkFlag = "--multiprocessing-fork";

/** Children whose command line names Python's multiprocessing or vLLM, and never what they run. */
function childVerdict(argv: readonly string[]): Verdict | undefined {
  // Frozen programs start their helpers under their own name: `exo -c "from multiprocessing.resource_tracker …"`.
  if (argv.some((element) => element.startsWith("from multiprocessing.resource_tracker import"))) {
    return { kind: "tracker" };
  }
  if (
    argv.includes(forkFlag) ||
    argv.some((element) => element.startsWith("from multiprocessing.forkserver import"))
  ) {
    return { kind: "child", of: "multiprocessing" };
  }
  return argv[0]?.startsWith("VLLM::") === true ? { kind: "child", of: "vllm" } : undefined;
}

function lackOfEvidence(form: Form, around: Surroundings): Verdict | undefined {
  if (form.evidence === undefined || around.platform === "darwin") return undefined;
  const names = around.environmentNames();
  if (typeof names === "string") return { kind: "unproven", environmentReadable: false };
  return [...names].some((name) => name.startsWith("VLLM_METAL_"))
    ? undefined
    : { kind: "unproven", environmentReadable: true };
}

/**
 * A process that no row of the table knows, and that a rule of the config claims by its program, or a label by where it
 * runs. Where its port may be among words that nobody can tell apart, it is not said to serve.
 */
function customVerdict(invocation: Invocation, around: Surroundings): Verdict | undefined {
  const { rule } = ruleFor(around.criteria.rules, factsOf(invocation, around, customRuntime));
  const monitoredBy = rule === undefined ? monitoringLabel(around) : undefined;
  if (rule === undefined && monitoredBy === undefined) return undefined;
  const { arguments: given, unclear = [] } = invocation;
  const isLost = (flag: string) => mayBeAmong(unclear, [flag], "exact");
  const valueOf = (flag: string) => (isLost(flag) ? undefined : flagValue(given, [flag], "exact"));
  const role = hasFlag(given, "--port") ? "server" : "job";
  const values = { model: valueOf("--model"), port: portValue(valueOf("--port") ?? "") };
  const identified = identify(customRuntime, role, values, rule, around);
  const named =
    monitoredBy === undefined ? undefined : (labelledName(around) ?? containerName(around));
  const identity = { ...identified, ...(named !== undefined && { workload: named }) };
  const lost = isLost("--model") || isLost("--port");
  return {
    kind: "mlx",
    identity,
    invocation,
    ...namingOf(rule, around),
    ...(monitoredBy !== undefined && { monitoredBy }),
    ...(lost && { lost }),
  };
}

/** What names the workload besides the command line. */
function namingOf(
  rule: WorkloadRule | undefined,
  around: Surroundings,
): { readonly rule?: WorkloadRule; readonly namedBy?: string } {
  if (rule !== undefined) return { rule };
  const namedBy = namingLabel(around);
  return namedBy === undefined ? {} : { namedBy };
}

function factsOf(invocation: Invocation, around: Surroundings, runtime: string): RuleFacts {
  const { program, arguments: given, unclear } = invocation;
  return {
    runtime,
    program,
    arguments: given,
    unclear: unclear ?? [],
    owner: () => around.owner(),
    housing: () => around.housing(),
    variables: (names) => around.variables(names),
  };
}

function identify(
  runtime: string,
  role: Role,
  { model, port }: { readonly model?: string | undefined; readonly port?: number | undefined },
  rule: WorkloadRule | undefined,
  around: Surroundings,
): Identity {
  const shownModel = shownValue(model ?? "");
  const names = around.environmentNames();
  const mpsMemoryLimit = around.mpsMemoryLimit();
  return {
    runtime,
    role: typeof names !== "string" && names.has("MLX_RANK") ? "rank" : role,
    workload: rule?.name ?? labelledName(around) ?? workloadName(runtime, model),
    ...(shownModel !== undefined && { model: shownModel }),
    ...(shownModel !== model && model !== undefined && { modelCut: true }),
    ...(port !== undefined && { port }),
    ...(typeof names === "string" && { environmentMissing: names }),
    ...(mpsMemoryLimit !== undefined && { mpsMemoryLimit }),
  };
}
