import type { LimitFile } from "../../catalog/limit-keys.ts";
import type { LimitName, LimitPlan } from "../../model/limit-plan.ts";
import { mebibytes, notEnforced, rowsOf } from "./limit-rows.ts";
import { objectName } from "./operator.ts";
import { yamlLines, yamlText } from "./yaml-text.ts";

/** An override of one service. */
export function emitCompose(head: readonly string[], limits: LimitPlan): string {
  const max = limits.settings.find(({ name }) => name === "memory_max");
  const spell: Spelling = (name, value) => {
    if (name === "gpu_count") return [{ driver: "nvidia", count: value, capabilities: ["gpu"] }];
    // Docker's is a sum: without swap it is as much as memory alone.
    if (name === "swap_max") return mebibytes(max?.value ?? 0, "m");
    return name.startsWith("memory") ? mebibytes(value, "m") : value;
  };
  const { inForce, held, comments } = spelled("compose.yaml", limits, spell);
  const restarts = { restart: "on-failure:5" };
  return yamlText(
    [...head, ...comments, ...notEnforced("compose.yaml", limits)],
    { services: { [limits.slug]: { ...inForce, ...(limits.restarts && restarts) } } },
    heldBack("the service", { ...held, ...(!limits.restarts && restarts) }),
  );
}

/** A patch of one container's resources. */
export function emitKubernetes(head: readonly string[], limits: LimitPlan): string {
  const { inForce, held, comments } = spelled("kubernetes.yaml", limits, (name, value) =>
    name.startsWith("cpu") ? `${Math.round(value * 1000)}m` : mebibytes(value, "Mi"),
  );
  const name = objectName(limits.slug);
  const container = { name, ...(Object.keys(inForce).length > 0 && { resources: inForce }) };
  return yamlText(
    [...head, ...comments, ...notEnforced("kubernetes.yaml", limits)],
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name },
      spec: { template: { spec: { containers: [container] } } },
    },
    heldBack("the container's resources", held),
  );
}

type Scalar = string | number;
/** Devices are the one value that is more than a scalar. */
type Spelling = (name: LimitName, value: number) => Scalar | readonly object[];

/** Limits by their keys: those in force, those that are not yet, and what is said of all. */
function spelled(file: LimitFile, limits: LimitPlan, spell: Spelling) {
  const rows = rowsOf(file, limits);
  const entries = (inForce: boolean) =>
    nested(
      rows
        .filter(({ setting }) => setting.inForce === inForce)
        .map(({ key, setting }) => [key, spell(setting.name, setting.value)] as const),
    );
  return {
    inForce: entries(true),
    held: entries(false),
    comments: rows.flatMap(({ comment }) => comment),
  };
}

/** `requests.memory` and `requests.cpu` → one map within another. A resource's own dots, as of `nvidia.com/gpu`, are no levels. */
function nested(entries: readonly (readonly [string, ReturnType<Spelling>])[]): Nested {
  const whole: Nested = {};
  for (const [key, value] of entries) {
    const path = key.split(/\.(?!com\/)/);
    const last = path.pop() ?? key;
    let level = whole;
    for (const name of path) level = (level[name] ??= {}) as Nested;
    level[last] = value;
  }
  return whole;
}

interface Nested {
  [key: string]: ReturnType<Spelling> | Nested;
}

function heldBack(where: string, held: object): readonly string[] {
  if (Object.keys(held).length === 0) return [];
  return [`Not in force at this stage of the rollout; keys of ${where}:`, ...yamlLines(held)];
}
