import type { Role } from "../../model/process.ts";
import type { FlagParser } from "./flag-values.ts";

/** One way in which a runtime shows itself on a command line. All conditions that are given must hold. */
export interface Form {
  /**
   * The whole program token: the base name of a binary or console script, or the module after `python -m`. A `*`
   * at the end stands for any rest.
   */
  readonly program: string;
  /** The subcommand, which must follow the program at once. */
  readonly word?: string;
  readonly role: Exclude<Role, "rank">;
  /** Whether the model is the positional right after the subcommand. Further on nobody can tell it from a flag's value. */
  readonly modelIsPositional?: true;
  /** The first argument is a flag: with a subcommand the program does something else. */
  readonly firstIsFlag?: true;
  /** A switch that must be among the arguments. */
  readonly requiredSwitch?: string;
  /** No positional may follow; listed are the flags whose value is the next element. */
  readonly onlyFlags?: readonly string[];
  /** The path of the program or of its interpreter must run through one of these folders. */
  readonly under?: readonly string[];
  /** Given for scripts of node; every other form is a binary or Python. */
  readonly interpreter?: "node";
  /** The command line alone does not tell; see vllm-metal. */
  readonly evidence?: "vllm-metal";
}

/** One runtime: its name in labels and in config, how it shows itself, and which flag values are worth reading. */
export interface Runtime {
  readonly name: string;
  readonly forms: readonly Form[];
  /** Flags that carry the model, the most telling first. */
  readonly modelFlags?: readonly string[];
  readonly portFlags?: readonly string[];
  /** `argparse` takes unambiguous beginnings of a flag for the flag; Swift, Rust, Zig, Go and click do not. */
  readonly flagParser: FlagParser;
  /**
   * Its programs take flags with one value at most, and no other words than a form tells. Where arguments' ends are
   * lost, a path that goes on after a blank can be told then.
   */
  readonly flagsOnly?: true;
  /** What to say of a command line that has one of the programs and fits no form. */
  readonly otherwise?: string;
}

/** The runtime's name of a process that only the config's `program` condition claims. */
export const customRuntime = "custom";
