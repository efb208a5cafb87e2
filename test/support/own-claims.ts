import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join, resolve } from "node:path";
import { parse } from "yaml";
import { runCommand } from "../../lab/children.ts";

interface RuleFile {
  readonly groups: readonly {
    readonly name: string;
    readonly rules: readonly { readonly alert?: string; readonly record?: string }[];
  }[];
}

interface TestFile {
  readonly rule_files: readonly string[];
  readonly tests: readonly {
    readonly alert_rule_test?: readonly { readonly alertname: string }[];
    readonly promql_expr_test?: readonly { readonly expr: string }[];
  }[];
}

/**
 * Claims about one alert against its own rules alone: promtool evaluates every rule it is given at every step, and forty
 * alerts take forty times as long to say the same of one. Test files that name several alerts, or none, stay as they are.
 */
export function ownClaims(testFiles: readonly string[], folder: string): readonly string[] {
  return testFiles.map((path) => {
    const file = parse(readFileSync(path, "utf8")) as TestFile;
    const rules = file.rule_files.map((name) => resolve(path, "..", name));
    const alert = onlyAlert(file);
    const alertsFile = rules.find((name) => basename(name) === "mlx-alerts.yml");
    if (alert === undefined || alertsFile === undefined) return path;
    const own = join(folder, basename(path, ".yml"));
    mkdirSync(own, { recursive: true });
    const { groups } = parse(readFileSync(alertsFile, "utf8")) as RuleFile;
    const kept = groups.map((group) => ({
      ...group,
      rules: group.rules.filter((rule) => rule.alert === alert),
    }));
    assert.ok(
      kept.some(({ rules: some }) => some.length > 0),
      alert,
    );
    writeFileSync(join(own, "mlx-alerts.yml"), JSON.stringify({ groups: kept }));
    const rule_files = rules.map((name) =>
      name === alertsFile ? join(own, "mlx-alerts.yml") : name,
    );
    writeFileSync(join(own, "test.yml"), JSON.stringify({ ...file, rule_files }));
    return join(own, "test.yml");
  });
}

/** The one alert that a file is about, where no claim of it asks for anything else. */
function onlyAlert({ tests }: TestFile): string | undefined {
  if (tests.some(({ promql_expr_test: asked = [] }) => asked.length > 0)) return undefined;
  const names = new Set(
    tests.flatMap(({ alert_rule_test: asked = [] }) => asked.map(({ alertname }) => alertname)),
  );
  return names.size === 1 ? [...names][0] : undefined;
}

/** Has promtool run test files, on as many processors as there are. */
export async function claimsHold(promtool: string, files: readonly string[]): Promise<void> {
  const shares = Math.min(availableParallelism(), files.length);
  const outcomes = await Promise.all(
    Array.from({ length: shares }, (_, share) =>
      runCommand(promtool, [
        "test",
        "rules",
        ...files.filter((_file, index) => index % shares === share),
      ]),
    ),
  );
  for (const outcome of outcomes)
    assert.equal(outcome.kind, "ok", `${outcome.stdout}\n${outcome.stderr}`);
}
