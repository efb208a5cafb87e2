import type { Artifact } from "../../model/artifact.ts";
import type { Plan } from "../../model/plan.ts";
import { head } from "./head.ts";
import { yamlText } from "./yaml-text.ts";

/** Plain values → a file of YAML with its head; `after` is text that is commented out at its end. */
export type Spell = (
  path: string,
  about: readonly string[],
  content: unknown,
  after?: readonly string[],
) => Artifact;

/** Spells files of one plan. */
export function spelling(plan: Plan): Spell {
  return (path, about, content, after) => ({
    path,
    text: yamlText(head(plan, path, ...about), content, after),
  });
}
