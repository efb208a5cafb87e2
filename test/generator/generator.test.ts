import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { alerts } from "../../src/generator/3-compile/alerts.ts";
import { generate } from "../../src/generator/generator.ts";
import type { Artifact } from "../../src/model/artifact.ts";
import { layouts } from "../../src/model/plan.ts";
import { UserError } from "../../src/model/user-error.ts";
import { version } from "../../src/model/version.ts";
import { assertGolden } from "../support/golden.ts";
import { repository } from "../support/fixture-host.ts";
import { exampleFile, profile } from "./profile-document.ts";

const defaultPack = generate([], { version, layout: "pack" });
const remake = "'npm run generate' remakes it; read the diff";

/** Every file below a folder of the repository. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(repository, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function byPath(artifacts: readonly Artifact[]): ReadonlyMap<string, string> {
  return new Map(artifacts.map(({ path, text }) => [path, text]));
}

describe("the generator", () => {
  it("makes exactly the default pack that is committed", () => {
    for (const { path, text } of defaultPack) {
      const file = join(repository, path);
      const committed = existsSync(file) ? readFileSync(file, "utf8") : undefined;
      assert.equal(committed, text, `${path} is not what compile makes: ${remake}`);
    }
    const made = new Set(defaultPack.map(({ path }) => path));
    for (const path of ["rules", "grafana"].flatMap(filesBelow)) {
      assert.ok(made.has(path), `${path} is not made by compile any more: remove it`);
    }
  });

  it("makes the example's baseline as the golden has it", () => {
    const artifacts = generate([exampleFile], { version, layout: "tree" });
    const baselines = byPath(artifacts).get("prometheus/rules/mlx-baselines/chat.yml");
    assertGolden("baselines/chat.yml", baselines ?? "");
  });

  it("refuses two profiles of one workload and names both files", () => {
    const files = ["a.yaml", "b.yaml"].map((path) => ({ path, profile: profile() }));
    assert.throws(
      () => generate(files, { version, layout: "tree" }),
      new UserError("duplicate-workload", { path: "b.yaml", other: "a.yaml", workload: "chat" }),
    );
  });

  it("makes the same files of the same profiles, in whatever order and under whatever names they are given", () => {
    const workloads = ["a", "B", "c:1", "b-d", "10"];
    const options = { version: "1.2.3", layout: "tree" } as const;
    const filesOf = (order: readonly string[], name: (index: number) => string) =>
      order.map((workload, index) => ({ path: name(index), profile: profile({ workload }) }));
    const expected = generate(
      filesOf(workloads, (index) => `${index}.yaml`),
      options,
    );
    fc.assert(
      fc.property(
        fc.shuffledSubarray(workloads, { minLength: workloads.length }),
        fc.integer({ min: -1, max: 1 }),
        (order, sign) => {
          const files = filesOf(order, (index) => `profile${100 + sign * index}-${index}.yml`);
          assert.deepEqual(generate(files, options), expected);
        },
      ),
      { numRuns: 15 },
    );
  });

  it("makes the same bytes of the same profiles", () => {
    const files = [{ path: "chat.yaml", profile: profile() }];
    const options = { version: "1.2.3", layout: "tree" } as const;
    assert.deepEqual(generate(files, options), generate(files, options));
  });

  it("adds data and tests for a workload, and leaves every other file as it was", () => {
    const draft = { path: "p.yaml", profile: profile({ workload: "Draft:Qwen3" }) };
    const without = byPath(defaultPack);
    const added = generate([draft], { version, layout: "pack" }).filter(
      (artifact) => without.get(artifact.path) !== artifact.text,
    );
    assert.deepEqual(
      added.map(({ path }) => path),
      ["rules/mlx-baselines/draft-qwen3.yml", "rules/tests/mlx-baselines-draft-qwen3.yml"],
    );
  });

  it("posts to the webhook from three receivers, and tells of it in one file only", () => {
    const webhookUrl = "http://127.0.0.1:9000/alerts";
    const with_ = generate([], { version, layout: "pack", webhookUrl });
    const changed = with_.filter(({ path, text }) => byPath(defaultPack).get(path) !== text);
    assert.deepEqual(
      changed.map(({ path }) => path),
      ["rules/config/alertmanager.yml"],
    );
    const config = parse(changed[0]?.text ?? "") as {
      readonly receivers: readonly { readonly name: string; readonly webhook_configs?: unknown }[];
    };
    const posting = [{ url: webhookUrl, send_resolved: true }];
    assert.deepEqual(config.receivers, [
      { name: "mlx-page", webhook_configs: posting },
      { name: "mlx-ticket", webhook_configs: posting },
      { name: "mlx-dead-man", webhook_configs: posting },
      { name: "mlx-none" },
    ]);
  });

  for (const layout of layouts) {
    const artifacts = generate([{ path: "chat.yaml", profile: profile() }], {
      version,
      layout,
    });
    const paths = new Set(artifacts.map(({ path }) => path));
    const yamls = artifacts.filter(({ path }) => path.endsWith(".yml"));

    it(`heads every file of the ${layout} with what made it and how to remake it`, () => {
      const flags = layout === "tree" ? "" : ` --layout ${layout}`;
      for (const { path, text } of yamls) {
        assert.match(text, /^# \S/, path);
        assert.ok(text.includes(`# Made by mlx-headroom ${version}. Do not edit`), path);
        assert.ok(text.includes(`# Remake with 'mlx-headroom compile${flags}'`), path);
      }
    });

    it(`names rule files of the ${layout} where they are`, () => {
      for (const { path, text } of yamls) {
        const { rule_files: named = [] } = parse(text) as {
          readonly rule_files?: readonly string[];
        };
        for (const name of named) {
          const target = posix.join(posix.dirname(path), name.replace("*", "chat"));
          assert.ok(paths.has(target), `${path} names ${name}`);
        }
      }
    });

    it(`orders the groups of every test file of the ${layout}: promtool would pick an order at random`, () => {
      const tests = yamls.filter(({ path }) => path.includes("/tests/"));
      assert.equal(tests.length, alerts.length + 4);
      for (const { path, text } of tests) {
        const file = parse(text) as {
          readonly rule_files: readonly string[];
          readonly group_eval_order: readonly string[];
        };
        const groups = file.rule_files.flatMap((name) => {
          const target = posix.join(posix.dirname(path), name);
          const rules = artifacts.find((artifact) => artifact.path === target)?.text ?? "";
          return (parse(rules) as { readonly groups: readonly { readonly name: string }[] }).groups;
        });
        assert.deepEqual(
          file.group_eval_order,
          groups.map(({ name }) => name),
        );
      }
    });
  }
});
