import assert from "node:assert/strict";
import { compile } from "../../../src/generator/3-compile/compile.ts";
import { make } from "../../../src/generator/generator.ts";
import { checksOf } from "../../../src/generator/verify/checks.ts";
import type { Verifiable } from "../../../src/generator/verify/verifiable.ts";
import { profile } from "../profile-document.ts";

const nothing: Verifiable = { rules: [], tests: [], prometheus: [], alertmanager: [], routes: [] };
const lines = (made: Verifiable, root = "out") =>
  checksOf(made, root).map(({ program, args }) => [program, ...args].join(" "));

describe("what other programs are asked", () => {
  it("is all about the files that were made, wherever they lie", () => {
    const made: Verifiable = {
      rules: ["r/a.yml", "r/b.yml"],
      tests: [
        { path: "t/short.yml", evaluations: 10 },
        { path: "t/long.yml", evaluations: 20 },
      ],
      prometheus: ["prometheus.yml"],
      alertmanager: ["alertmanager.yml"],
      routes: [{ receiver: "page", labels: { alertname: "A", severity: "critical" } }],
    };
    assert.deepEqual(lines(made, "/out"), [
      "promtool check rules --lint=all --lint-fatal /out/r/a.yml /out/r/b.yml",
      "promtool check config /out/prometheus.yml",
      "amtool check-config /out/alertmanager.yml",
      "amtool config routes test --config.file=/out/alertmanager.yml --verify.receivers=page alertname=A severity=critical",
      "promtool test rules /out/t/long.yml",
      "promtool test rules /out/t/short.yml",
    ]);
  });

  it("is nothing where nothing was made", () => {
    assert.deepEqual(lines(nothing), []);
  });

  it("names no file as if it were a flag", () => {
    assert.deepEqual(lines({ ...nothing, prometheus: ["p.yml"] }, "-out"), [
      "promtool check config ./-out/p.yml",
    ]);
  });

  it("covers every rule file, test and alert of a plan, in both layouts", () => {
    for (const layout of ["tree", "pack"] as const) {
      const profiles = [{ path: "chat.yaml", profile: profile() }];
      const { artifacts, verifiable } = make(profiles, { version: "0", layout });
      const paths = new Set(artifacts.map(({ path }) => path));
      const { rules, tests, prometheus, alertmanager, routes } = verifiable;
      const asked = [...rules, ...tests.map(({ path }) => path), ...prometheus, ...alertmanager];
      assert.ok(asked.every((path) => paths.has(path)));
      const yaml = [...paths].filter(
        (path) => path.endsWith(".yml") && !path.startsWith("grafana/"),
      );
      assert.deepEqual([...asked].sort(), [...yaml].sort());
      assert.ok(tests.every(({ evaluations }) => evaluations > 0));
      const alerts = compile([], { version: "0", layout }).alerts.flatMap(({ rules: all }) => all);
      assert.equal(routes.length, alerts.length);
    }
  });
});
