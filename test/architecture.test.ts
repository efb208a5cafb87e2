import assert from "node:assert/strict";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync, copyFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { repository } from "./support/fixture-host.ts";

interface Cruise {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

/** Runs the project's own rule file over the `src` of a folder. */
function cruise(folder: string): Cruise["summary"] {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(repository, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs"),
      "src",
      "--config",
      ".dependency-cruiser.cjs",
      "--output-type",
      "json",
    ],
    { cwd: folder, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  assert.ok(stdout.startsWith("{"), stderr);
  return (JSON.parse(stdout) as Cruise).summary;
}

describe("architecture", function () {
  this.timeout(60_000);

  it("keeps the laws of the house, and the check saw the house", () => {
    const { violations, totalCruised } = cruise(repository);
    assert.deepEqual(
      violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`),
      [],
    );
    // With a TypeScript it cannot use, the tool sees nothing and is content.
    assert.ok(totalCruised > 80, `only ${totalCruised} modules were seen`);
  });

  it("catches every planted bad import", () => {
    const folder = mkdtempSync(join(tmpdir(), "mlx-headroom-architecture-"));
    try {
      for (const file of [".dependency-cruiser.cjs", "tsconfig.json", "package.json"]) {
        copyFileSync(join(repository, file), join(folder, file));
      }
      const plant = (path: string, text: string) => {
        mkdirSync(join(folder, path, ".."), { recursive: true });
        writeFileSync(join(folder, path), text);
      };
      plant(
        "node_modules/prom-client/package.json",
        '{ "name": "prom-client", "main": "index.js" }',
      );
      plant("node_modules/prom-client/index.js", "exports.Registry = class {};\n");
      plant("src/bin.ts", 'import "./exporter/exporter.ts";\nimport "./model/noun.ts";\n');
      plant("src/index.ts", "export {};\n");
      plant(
        "src/model/noun.ts",
        'import { a } from "../catalog/names.ts";\nexport const noun = a;\n',
      );
      plant("src/catalog/names.ts", "export const a = 1;\n");
      plant(
        "src/exporter/exporter.ts",
        'import "./1-discover/discover.ts";\nimport "./2-collect/collect.ts";\nimport "../generator/generator.ts";\n',
      );
      plant(
        "src/exporter/1-discover/discover.ts",
        'import type { C } from "../2-collect/collect.ts";\nexport type D = C;\n',
      );
      plant(
        "src/exporter/2-collect/collect.ts",
        'import { readFileSync } from "node:fs";\nimport { Registry } from "prom-client";\nexport type C = typeof readFileSync | Registry;\n',
      );
      plant("src/generator/generator.ts", "export const g = 1;\n");
      plant("src/model/dead.ts", "export const dead = 1;\n");

      const caught = new Set(cruise(folder).violations.map(({ rule }) => rule.name));
      for (const rule of [
        "room-model",
        "room-exporter",
        "room-exporter-1-discover",
        "io-in-host",
        "doorway-promclient",
        "no-dead-ends",
      ]) {
        assert.ok(caught.has(rule), `${rule} was not reported: ${[...caught].join(", ")}`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
