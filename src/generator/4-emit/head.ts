import { generatedHead } from "../../model/generated-head.ts";
import type { Plan } from "../../model/plan.ts";

/**
 * The comment at the head of every file: what it is, what made it, where it belongs and how to remake it. No path of the
 * machine and no time: the same profiles give the same bytes everywhere.
 */
export function head(plan: Plan, path: string, ...about: readonly string[]): readonly string[] {
  const targets = plan.targets.join() === "prometheus" ? [] : plan.targets;
  const layout = plan.layout === "tree" ? "" : ` --layout ${plan.layout}`;
  const limits = plan.limits.length > 0 ? " --limits" : "";
  const flags = layout + targets.map((target) => ` --target ${target}`).join("") + limits;
  return [
    ...about,
    ...generatedHead(plan.version, path),
    `Remake with 'mlx-headroom compile${flags}' and the same ${plan.configured ? "--config.file, " : ""}--profiles, --out and --webhook-url as before, if any.`,
  ];
}
