import { isUnderLoad } from "../../model/baseline.ts";
import type { Profile } from "../../model/profile.ts";
import type { RecordingHeader } from "../../model/recording.ts";

type Components = NonNullable<Profile["components"]>;
type Scenarios = Profile["figures"]["scenarios"];

/**
 * What memory is made of: a short recording that never filled a cache cannot be stretched by statistics, but parts can
 * be added up, and one that was never seen can be named.
 */
export function componentsOf(
  scenarios: Scenarios,
  headers: readonly RecordingHeader[],
): Components {
  const framework = scenarios["import"]?.resources.memory?.max;
  const loaded = scenarios["idle"]?.resources.memory?.min;
  const peak = Object.entries(scenarios)
    .flatMap(([name, { resources }]) =>
      isUnderLoad(name) && resources.memory !== undefined
        ? [{ name, bytes: resources.memory.max }]
        : [],
    )
    .toSorted((a, b) => b.bytes - a.bytes)[0];
  const files = headers.findLast(({ model }) => model?.bytes !== undefined)?.model?.bytes;
  const cap = headers.findLast(({ caps }) => caps?.promptCacheBytes !== undefined)?.caps;
  const known = {
    framework: component(framework, "max of import"),
    weights: component(difference(loaded, framework), "min of idle, less framework"),
    modelFiles: component(files, "size of the model's files"),
    underLoad: component(
      difference(peak?.bytes, loaded),
      `max of ${peak?.name ?? ""}, less min of idle`,
    ),
    cacheCap: component(cap?.promptCacheBytes, "the server's flag for its prompt cache"),
  };
  const unknown = Object.entries(known).flatMap(([name, each]) =>
    each === undefined ? [name] : [],
  );
  return {
    ...Object.fromEntries(Object.entries(known).filter(([, each]) => each !== undefined)),
    ...(unknown.length > 0 && { unknown }),
  };
}

function component(bytes: number | undefined, from: string) {
  return bytes === undefined ? undefined : { bytes, from };
}

function difference(larger: number | undefined, smaller: number | undefined): number | undefined {
  return larger === undefined || smaller === undefined || larger < smaller
    ? undefined
    : larger - smaller;
}
