import type { Globs } from "./glob.ts";
import type { Probe } from "./probe.ts";

/** One entry of the config: which processes make up a workload, what it is called, and whether its absence is a fault. */
export interface WorkloadRule {
  /** The workload's name, in the grammar of names: `[A-Za-z0-9][A-Za-z0-9_.:-]{0,62}`. */
  readonly name: string;
  readonly match: WorkloadMatch;
  readonly expect: "always" | "never";
  /** How it is asked whether it still answers; nobody asks where it is absent. */
  readonly probe?: Probe;
}

/** Conditions of which all that are given must hold. Rules are tried in order; the first that holds names the workload. */
export interface WorkloadMatch {
  /** The runtime's name in the runtime table, or `custom` for what only `program` finds. */
  readonly runtime?: string;
  /**
   * The program itself: the base name of a binary or script, or the module after `python -m`. It also claims
   * processes that no row of the runtime table knows, such as `train.py`; their runtime is then `custom`.
   */
  readonly program?: string;
  /** Flags as written on the command line and the values they must have, such as `--port: "8080"`. */
  readonly flags?: Readonly<Record<string, string>>;
  /** The owner's name or uid. */
  readonly user?: string;
  /** The innermost systemd unit that runs it, such as `chat.service`; on macOS the label of its launchd job. */
  readonly unit?: Globs;
  /** Variables of the environment and the values they must have; names are held to `ruleVariable`. */
  readonly environment?: Readonly<Record<string, Globs>>;
  /** What a container engine, or Kubernetes, says of the container that it runs in. */
  readonly container?: {
    readonly name?: Globs;
    readonly image?: Globs;
    readonly label?: Readonly<Record<string, Globs>>;
  };
  /** What Kubernetes says of its pod. */
  readonly pod?: {
    readonly name?: Globs;
    readonly namespace?: Globs;
    readonly label?: Readonly<Record<string, Globs>>;
  };
}

/** The variables a rule may name: an environment holds secrets, so a rule reads only those made for it. */
export const ruleVariable = /^(MLX_RANK|MLX_HEADROOM_[A-Z0-9_]+)$/;
