import type { LimitFile } from "../../catalog/limit-keys.ts";
import type { LimitName, LimitPlan } from "../../model/limit-plan.ts";
import { mebibytes, notEnforced, rowsOf } from "./limit-rows.ts";
import { objectName } from "./operator.ts";
import { yamlLines, yamlText } from "./yaml-text.ts";

/** An override of one service. */
export function emitCompose(head: readonly string[], limits: LimitPlan): string {
  const max = limits.settings.find(({ name }) => name === "memory_max");
  const spell: Spelling = (name, value) => {
    // Docker's is a sum: without swap it is as much as memory alone.
    if (name === "swap_max") return mebibytes(max?.value ?? 0, "m");
    return name.startsWith("memory") ? mebibytes(value, "m") : value;
  };
  const { inForce, held, comments } = spelled("compose.yaml", limits, spell);
  const restarts = { restart: "on-failure:5" };
  return yamlText(
    [...head, ...comments],
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
    [...head, ...comments, ...notEnforced("kubernetes.yaml"), ...(limits.gpu ? gpuAdvice : [])],
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name },
      spec: { template: { spec: { containers: [container] } } },
    },
    heldBack("the container's resources", held),
  );
}

const gpuAdvice = [
  "limits.nvidia.com/gpu: not set. It hands out whole GPUs, or instances of MIG, and bounds no memory on them: see mlx.env.",
];

type Spelling = (name: LimitName, value: number) => string | number;

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

/** `requests.memory` and `requests.cpu` → one map within another. */
function nested(entries: readonly (readonly [string, string | number])[]): Nested {
  const whole: Nested = {};
  for (const [path, value] of entries) {
    const [outer = path, inner] = path.split(".");
    whole[outer] = inner === undefined ? value : { ...(whole[outer] as Nested), [inner]: value };
  }
  return whole;
}

interface Nested {
  [key: string]: string | number | Nested;
}

function heldBack(where: string, held: object): readonly string[] {
  if (Object.keys(held).length === 0) return [];
  return [`Not in force at this stage of the rollout; keys of ${where}:`, ...yamlLines(held)];
}
