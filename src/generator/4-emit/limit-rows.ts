import { limitFiles, type LimitFile } from "../../catalog/limit-keys.ts";
import type { LimitPlan, LimitSetting } from "../../model/limit-plan.ts";

/** One limit as a file has it. */
export interface LimitRow {
  readonly key: string;
  readonly setting: LimitSetting;
  /** What stands above it: how it came about, and what happens at it. */
  readonly comment: readonly string[];
}

/** The limits that a platform knows, whether they are in force or held back by the rollout. */
export function rowsOf(file: LimitFile, { settings }: LimitPlan): readonly LimitRow[] {
  return limitFiles[file].flatMap(({ limit, key, enforced, says }) => {
    const setting = settings.find(({ name }) => name === limit);
    if (setting === undefined || enforced === "no") return [];
    return [{ key, setting, comment: [`${key}: ${setting.why}.`, says] }];
  });
}

/** Sentences about what the platform does not enforce, so that nothing pretends to. */
export function notEnforced(file: LimitFile, { nvidia }: LimitPlan): readonly string[] {
  return limitFiles[file]
    .filter(({ enforced, limit }) => enforced === "no" && (nvidia || !limit.startsWith("gpu")))
    .map(({ key, says }) => `${key}: not set. ${says}`);
}

/** The manifests of a workload: those of NVIDIA's means only where it has memory of such a card. */
export function filesOf({ nvidia }: LimitPlan): readonly LimitFile[] {
  return (Object.keys(limitFiles) as LimitFile[]).filter((file) => nvidia || file !== "mps.env");
}

const MiB = 1024 ** 2;

/** Bytes in whole MiB with the platform's suffix for these, else as they are. */
export function mebibytes(bytes: number, suffix: string): string {
  return bytes > 0 && bytes % MiB === 0 ? `${bytes / MiB}${suffix}` : String(bytes);
}

/** Lines as comments of shells, systemd and YAML. */
export function hashed(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `# ${line}`);
}
