import type { Profile } from "../../model/profile.ts";
import { comment, yamlText } from "./yaml-text.ts";

/** The schema that a profile's first line names, beside it: an editor needs no network to check it. */
export const schemaFile = "profile.schema.json";

/** A profile as it lies on disk. No path and no time: the same recordings give the same bytes on every machine. */
export function profileYaml(profile: Profile, version: string): string {
  const { figures, ...head } = profile;
  const { recordings, ...rest } = head;
  const scenarios = Object.fromEntries(
    Object.entries(figures.scenarios).map(([name, scenario]) => [
      name,
      { [comment]: meanings[name] ?? "At an edge: what one must be able to take.", ...scenario },
    ]),
  );
  return yamlText(
    [
      `yaml-language-server: $schema=${schemaFile}`,
      `The baseline of the workload ${profile.workload}, in base units: bytes, cores, counts.`,
      "Figures are per process: of several, each sample takes the largest. Quantiles are of the steady phase, and printed",
      "where there are samples enough; max is of every phase and what memory limits are made of.",
      `Made by mlx-headroom ${version} from the recordings at its end. 'mlx-headroom profile ${profile.workload} --explain memory'`,
      "says how each number came to be.",
    ],
    {
      ...rest,
      figures: { ...figures, scenarios },
      ...(recordings !== undefined && { recordings }),
    },
  );
}

const meanings: Readonly<Record<string, string>> = {
  import: "The interpreter and the framework alone: what MLX itself takes.",
  idle: "The model is loaded and nobody asks.",
  average: "An ordinary day.",
  peak: "The most it is meant to take.",
};
