import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { alertNames } from "../../../src/catalog/alerts.ts";
import { metrics } from "../../../src/catalog/metrics.ts";
import { alerts } from "../../../src/generator/3-compile/alerts.ts";
import { compile } from "../../../src/generator/3-compile/compile.ts";
import { promql } from "../../../src/generator/3-compile/promql.ts";
import { prose } from "../../../src/generator/4-emit/prose.ts";
import { repository } from "../../support/fixture-host.ts";

const plan = compile([], { version: "0", layout: "pack" });
const rules = plan.alerts.flatMap((group) => group.rules);

describe("alerts", () => {
  it("are those of the catalogue, in its order", () => {
    assert.deepEqual(
      alerts.map(({ name }) => name),
      alertNames,
    );
    assert.deepEqual([...new Set(rules.map(({ alert }) => alert))], alertNames);
  });

  it("have a summary, a description and a runbook each", () => {
    for (const rule of rules) {
      assert.deepEqual(Object.keys(rule.annotations), ["summary", "description", "runbook_url"]);
    }
  });

  it("have a runbook where their notifications point to", () => {
    const page = readFileSync(join(repository, "docs/alerts.md"), "utf8");
    const anchors = [...page.matchAll(/^## (.+)$/gm)].map((match) => match[1]?.toLowerCase());
    for (const { annotations, alert } of rules) {
      const url = annotations["runbook_url"] ?? "";
      assert.match(
        url,
        /^https:\/\/github\.com\/mlx-headroom\/mlx-headroom\/blob\/main\/docs\/alerts\.md#/,
      );
      assert.ok(anchors.includes(url.split("#")[1]), `docs/alerts.md has no section for ${alert}`);
    }
  });

  it("link to runbooks elsewhere when told so", () => {
    const moved = compile([], { version: "0", layout: "pack", runbookBase: "https://wiki/alerts" });
    const watchdog = moved.alerts
      .flatMap((group) => group.rules)
      .find(({ alert }) => alert === "MlxWatchdog");
    assert.equal(watchdog?.annotations["runbook_url"], "https://wiki/alerts#mlxwatchdog");
  });

  it("are PromQL, and read no series of the exporter that may be switched off", () => {
    for (const { expr } of rules) {
      assert.equal(promql(expr), expr);
      assert.doesNotMatch(expr, /mlx_process_/);
    }
  });

  it("read only metrics of the catalogue", () => {
    const known = new Set<string>(Object.values(metrics).map(({ name }) => name));
    for (const rule of rules) {
      const text = [rule.expr, ...Object.values(rule.fragments)].join(" ");
      for (const [name] of text.matchAll(/\bmlx_[a-z_]+/g)) {
        // A label, and no metric.
        if (name === "mlx_version") continue;
        assert.ok(known.has(name), `${rule.alert} reads ${name}`);
      }
    }
  });

  it("need only what one of their rules reads", () => {
    for (const { name, needs = [] } of alerts) {
      const exprs = rules.filter(({ alert }) => alert === name).map(({ expr }) => expr);
      for (const key of needs) {
        const reads = new RegExp(`\\b${metrics[key].name}\\b`);
        assert.ok(
          exprs.some((expr) => reads.test(expr)),
          `${name} does not read ${key}`,
        );
      }
    }
  });

  it("carry the labels that their claims fire with each time, and declare no other", () => {
    for (const alert of alerts) {
      const own = rules.filter((rule) => rule.alert === alert.name);
      const firing = alert
        .matrix(own)
        .flatMap((test) => test.alerts.flatMap((each) => each.firing));
      const [first = [], ...others] = firing.map(({ labels }) => Object.keys(labels));
      const always = first.filter((name) => others.every((names) => names.includes(name)));
      assert.deepEqual([...alert.carries].sort(), always.sort(), alert.name);
    }
  });

  it("fill every gap of their sentences, and have no fragment to spare", () => {
    for (const { annotations, fragments } of rules) {
      const sentences = Object.values(annotations);
      for (const sentence of sentences) prose(sentence, fragments);
      for (const name of Object.keys(fragments)) {
        assert.ok(
          sentences.some((sentence) => sentence.includes(`{{${name}}}`)),
          name,
        );
      }
    }
  });

  it("claim silence and firing of every alert but the one that always fires", () => {
    for (const alert of alerts) {
      const own = rules.filter((rule) => rule.alert === alert.name);
      const expectations = alert.matrix(own).flatMap((test) => test.alerts);
      const fired = new Set(expectations.flatMap(({ firing }) => firing.map(({ rule }) => rule)));
      assert.deepEqual(fired, new Set(own), alert.name);
      const silent = expectations.some(({ firing }) => firing.length === 0);
      assert.equal(silent, alert.name !== "MlxWatchdog", alert.name);
    }
  });
});
