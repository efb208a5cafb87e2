import type { Plan } from "../../model/plan.ts";

/**
 * The comment at the head of every file: what it is, what made it and how to remake it. No path and no time: the same
 * profiles give the same bytes on every machine.
 */
export function head(plan: Plan, ...about: readonly string[]): readonly string[] {
  const targets = plan.targets.join() === "prometheus" ? [] : plan.targets;
  const layout = plan.layout === "tree" ? "" : ` --layout ${plan.layout}`;
  const flags = layout + targets.map((target) => ` --target ${target}`).join("");
  return [
    ...about,
    `Made by mlx-headroom ${plan.version}. Do not edit: edits are lost.`,
    `Remake with 'mlx-headroom compile${flags}' and the same ${plan.configured ? "--config.file, " : ""}--profiles, --out and --webhook-url as before, if any.`,
  ];
}
