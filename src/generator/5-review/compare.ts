import type { Artifact } from "../../model/artifact.ts";
import { placeOf } from "../../model/generated-head.ts";

/** How a file on disk stands to what would be made now. */
export interface FileState {
  readonly path: string;
  /**
   * `leftover`: made once, and no longer: its profile is gone, but Prometheus would still load it. What does not say of
   * itself that it was made for this place is somebody's own, and no business of ours.
   */
  readonly state: "same" | "differs" | "missing" | "leftover";
}

/** What would be made against what is there: `found` holds the text of every file that exists, by path. */
export function compareArtifacts(
  artifacts: readonly Artifact[],
  found: ReadonlyMap<string, string>,
): readonly FileState[] {
  const made = new Set(artifacts.map(({ path }) => path));
  return [
    ...artifacts.map(({ path, text }) => ({ path, state: stateOf(text, found.get(path)) })),
    ...[...found]
      .filter(([path, text]) => !made.has(path) && placeOf(text) === path)
      .map(([path]) => ({ path, state: "leftover" as const })),
  ];
}

function stateOf(text: string, found: string | undefined): FileState["state"] {
  if (found === undefined) return "missing";
  return found === text ? "same" : "differs";
}
