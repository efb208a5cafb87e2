import assert from "node:assert/strict";
import { compile } from "../../../src/generator/3-compile/compile.ts";
import { compileRouting } from "../../../src/generator/3-compile/routing.ts";
import { UserError } from "../../../src/model/user-error.ts";

describe("routing", () => {
  it("posts to the webhook, from every receiver but the silent one", () => {
    const { receivers } = compileRouting("https://example.org/hook");
    assert.deepEqual(
      receivers.filter(({ webhookUrl }) => webhookUrl !== undefined).map(({ name }) => name),
      ["mlx-page", "mlx-ticket", "mlx-dead-man"],
    );
    assert.ok(
      compileRouting(undefined).receivers.every(({ webhookUrl }) => webhookUrl === undefined),
    );
  });

  for (const url of ["ftp://example.org", "example.org/hook", "", "file:///etc/passwd"]) {
    it(`refuses '${url}' as a webhook`, () => {
      assert.throws(() => compileRouting(url), new UserError("bad-webhook-url", { url }));
    });
  }

  it("inhibits by labels that both sides always carry", () => {
    const plan = compile([], { version: "0", layout: "tree" });
    const carried = new Map<string, ReadonlySet<string>>();
    for (const { alerts } of plan.tests.flatMap((file) => file.tests)) {
      for (const { rule, labels } of alerts.flatMap(({ firing }) => firing)) {
        const names = new Set([...Object.keys(labels), "alertname"]);
        const before = carried.get(rule.alert) ?? names;
        carried.set(rule.alert, new Set([...names].filter((name) => before.has(name))));
      }
    }
    const named = plan.routing.inhibitions.filter(({ source }) => source[0]?.operator === "=");
    assert.equal(named.length, 2);
    // A job without any target has no instance, but then it has no workloads either.
    carried.set("MlxExporterDown", new Set(["job", "instance"]));
    for (const { source, target, equal } of named) {
      for (const side of [source, target]) {
        const alert = side[0]?.value ?? "";
        for (const label of equal)
          assert.ok(carried.get(alert)?.has(label), `${alert} has no ${label}`);
      }
    }
  });
});
