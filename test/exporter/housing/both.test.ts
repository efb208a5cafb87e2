import assert from "node:assert/strict";
import { allOf } from "../../../src/exporter/housing/both.ts";
import { type Housing, type HousingSource, noHousing } from "../../../src/model/container.ts";

function source(housing: Housing, changes = 0): HousingSource & { asked: number } {
  return {
    asks: true,
    asked: 0,
    learn(identities) {
      this.asked += identities.length;
      return Promise.resolve();
    },
    of: () => housing,
    changes: () => changes,
  };
}

describe("several sources of containers and pods", () => {
  const engine = source({ container: { name: "k8s_server_chat", labels: { tier: "gold" } } }, 2);
  const cluster = source(
    {
      container: { name: "server", labels: {} },
      pod: { name: "chat", namespace: "ml", labels: {} },
    },
    3,
  );

  it("say of a container what the first of them knows, and of a pod what the second knows", () => {
    const both = allOf([engine, cluster]);
    const { container, pod } = both.of({});
    assert.deepEqual([container?.name, pod?.name], ["k8s_server_chat", "chat"]);
    assert.equal(allOf([source({}), cluster]).of({}).container?.name, "server");
    assert.deepEqual(allOf([source({}), source({})]).of({}), {});
  });

  it("are all asked, and change as often as all of them do", async () => {
    const both = allOf([engine, noHousing, cluster]);
    await both.learn([{}, {}]);
    assert.deepEqual([engine.asked, cluster.asked, both.changes(), both.asks], [2, 2, 5, true]);
  });

  it("are the only one there is, or none", () => {
    assert.equal(allOf([noHousing, engine]), engine);
    assert.equal(allOf([noHousing]), noHousing);
    assert.equal(allOf([]), noHousing);
  });
});
