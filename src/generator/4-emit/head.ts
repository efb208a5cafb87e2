import { generatedHead } from "../../model/generated-head.ts";
import type { Plan } from "../../model/plan.ts";

/**
 * The comment at the head of every file: what it is, what made it, where it belongs and how to remake it. No path of the
 * machine and no time: the same profiles give the same bytes everywhere.
 */
export function head(plan: Plan, path: string, ...about: readonly string[]): readonly string[] {
  return [
    ...about,
    ...generatedHead(plan.version, path),
    `Remake with '${remakeWith(plan)}' and the same ${plan.configured ? "--config.file, " : ""}--profiles, --out and --webhook-url as before, if any.`,
  ];
}

/** The command that makes the same files, but for names of files and addresses. */
export function remakeWith({ targets, layout, limits, documents }: Plan): string {
  const flags = [
    ...(layout === "tree" ? [] : [`--layout ${layout}`]),
    ...(targets.join() === "prometheus" ? [] : targets.map((target) => `--target ${target}`)),
    ...(limits.length > 0 ? ["--limits"] : []),
    ...(documents.length > 0 ? ["--docs"] : []),
  ];
  return ["mlx-headroom compile", ...flags].join(" ");
}
