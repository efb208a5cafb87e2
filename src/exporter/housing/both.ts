import type { Container, HousingSource, Pod } from "../../model/container.ts";
import { noHousing } from "../../model/container.ts";

/** Several sources as one, asked at the same time. Each says what it knows; of a container or a pod the first that knows it counts. */
export function allOf(sources: readonly HousingSource[]): HousingSource {
  const [only, ...others] = sources.filter(({ asks }) => asks);
  if (only === undefined) return noHousing;
  if (others.length === 0) return only;
  const all = [only, ...others];
  return {
    asks: true,
    async learn(identities) {
      await Promise.all(all.map((source) => source.learn(identities)));
    },
    of(identity) {
      let container: Container | undefined;
      let pod: Pod | undefined;
      for (const source of all) {
        const housing = source.of(identity);
        container ??= housing.container;
        pod ??= housing.pod;
      }
      return { ...(container !== undefined && { container }), ...(pod !== undefined && { pod }) };
    },
    changes: () => all.reduce((sum, source) => sum + source.changes(), 0),
  };
}
