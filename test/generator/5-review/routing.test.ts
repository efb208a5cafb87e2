import assert from "node:assert/strict";
import { inhibitors, receiverOf } from "../../../src/generator/generator.ts";
import type { Inhibition, Matcher } from "../../../src/model/routing.ts";
import { nameOf, oneOfEach, routingFor } from "../../support/compiled-alerts.ts";

const routing = routingFor();

function is(label: string, value: string): Matcher {
  return { label, operator: "=", value };
}

const rule: Inhibition = {
  source: [is("side", "a")],
  target: [is("kind", "x")],
  equal: ["host"],
  why: "",
};

describe("who is told of an alert", () => {
  const bySeverity = new Map([
    ["critical", "mlx-page"],
    ["warning", "mlx-ticket"],
    ["info", "mlx-none"],
    ["none", "mlx-dead-man"],
  ]);
  for (const labels of oneOfEach) {
    it(`${nameOf(labels)} reaches ${bySeverity.get(labels["severity"] ?? "")}`, () => {
      assert.equal(receiverOf(routing, labels), bySeverity.get(labels["severity"] ?? ""));
    });
  }

  it("the watchdog reaches the dead man's switch, whatever its severity", () => {
    const labels = { alertname: "MlxWatchdog", severity: "critical" };
    assert.equal(receiverOf(routing, labels), "mlx-dead-man");
  });

  it("what no route knows becomes a ticket", () => {
    assert.equal(receiverOf(routing, { alertname: "Other", severity: "page" }), "mlx-ticket");
    assert.equal(receiverOf(routing, {}), "mlx-ticket");
  });
});

describe("which alerts inhibit which", () => {
  it("needs both sides, and equal labels", () => {
    const firing = [
      { side: "a", host: "1" },
      { kind: "x", host: "1" },
      { kind: "x", host: "2" },
      { kind: "y", host: "1" },
    ];
    assert.deepEqual(inhibitors([rule], firing), [[], [0], [], []]);
  });

  it("takes a label that both lack for equal, and one that only one lacks for unequal", () => {
    assert.deepEqual(inhibitors([rule], [{ side: "a" }, { kind: "x" }]), [[], [0]]);
    assert.deepEqual(inhibitors([rule], [{ side: "a" }, { kind: "x", host: "1" }]), [[], []]);
  });

  it("lets alerts that are on both sides not inhibit each other, nor themselves", () => {
    const both = { side: "a", kind: "x", host: "1" };
    assert.deepEqual(inhibitors([rule], [both, { ...both, more: "1" }]), [[], []]);
    assert.deepEqual(inhibitors([rule], [both, { kind: "x", host: "1" }]), [[], [0]]);
  });

  it("matches patterns against whole values", () => {
    const pattern: Inhibition = {
      ...rule,
      target: [{ label: "kind", operator: "=~", value: "x|yz" }],
      equal: [],
    };
    const kinds = ["x", "yz", "xyz", "ay", ""].map((kind) => ({ kind }));
    const found = inhibitors([pattern], [{ side: "a" }, ...kinds]);
    assert.deepEqual(found.slice(1), [[0], [0], [], [], []]);
  });

  it("matches what is not there as empty", () => {
    const present: Inhibition = {
      ...rule,
      source: [{ label: "side", operator: "!=", value: "" }],
      equal: [],
    };
    const firing = [{ side: "b" }, { kind: "x" }];
    assert.deepEqual(inhibitors([present], firing), [[], [0]]);
    assert.deepEqual(inhibitors([present], [{ other: "b" }, { kind: "x" }]), [[], []]);
  });
});
