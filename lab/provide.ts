import type { Available } from "./available.ts";
import type { Progress } from "./progress.ts";

/** One step of the main job: waits for a part, says what came of it, and goes on without it if need be. */
export async function provide<T>(
  progress: Progress,
  title: string,
  part: Available<T> | Promise<Available<T>>,
  says: (made: T) => string,
): Promise<T | undefined> {
  const step = progress.begin(title);
  const made = await part;
  if (made.kind === "ready") {
    step.done(says(made));
    return made;
  }
  step.without(made.why);
  return undefined;
}
