import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { alertWindows } from "../src/catalog/alerts.ts";
import { collectorNames, collectors, type CollectorRow } from "../src/catalog/collectors.ts";
import { historyMetrics, outlookNames } from "../src/catalog/history.ts";
import { levers } from "../src/catalog/levers.ts";
import { metrics } from "../src/catalog/metrics.ts";
import { commands } from "../src/commands/all.ts";
import { commandHelp } from "../src/commands/help.ts";
import { loadConfig } from "../src/config/load.ts";
import { policySchema } from "../src/config/policy-schema.ts";
import { probeSchema } from "../src/config/probe-schema.ts";
import { configSchema } from "../src/config/schema.ts";
import { webConfigSchema } from "../src/config/web-schema.ts";
import { alerts } from "../src/generator/3-compile/alerts.ts";
import { ruleTargets } from "../src/model/plan.ts";
import { probeFailures } from "../src/model/probe.ts";
import { profileJsonSchema } from "../src/model/profile.ts";
import type { Matcher } from "../src/model/routing.ts";
import { plan } from "./support/compiled-alerts.ts";
import { alertPage } from "./support/alert-page.ts";
import { dashboardPage } from "./support/dashboard-page.ts";
import { repository } from "./support/fixture-host.ts";
import { memoryHost } from "./support/memory-host.ts";

const note = "<!-- Made from the program's own tables by `npm run golden`; edit those. -->";

/** Holds a page of docs/ to what the program's tables say. */
function assertPage(name: string, text: string): void {
  const path = join(repository, "docs", name);
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, text);
  assert.equal(
    existsSync(path) ? readFileSync(path, "utf8") : "",
    text,
    `docs/${name}: 'npm run golden' rewrites it`,
  );
}

describe("the documentation", () => {
  it("shows the help of every command as the program prints it", () => {
    const parts = commands.map(
      (command) => `## ${command.name}\n\n\`\`\`\n${commandHelp(command)}\`\`\`\n`,
    );
    const codes =
      "Exit codes: 0 fine, 1 something was found or a check failed, 2 wrong usage or it could not do its work.\nData goes to stdout, everything else to stderr.";
    assertPage("cli.md", `${note}\n\n# The command line\n\n${codes}\n\n${parts.join("\n")}`);
  });

  it("lists every metric with its type, labels and meaning", () => {
    const rows = Object.values(metrics).map(
      ({ name, type, labels, help }) =>
        `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${help} |`,
    );
    const head =
      "An absent series means unknown, 0 means zero; `mlx_exporter_unavailable` says why a figure is absent.";
    assertPage(
      "metrics.md",
      `${note}\n\n# Metrics\n\n${head}\n\n| Metric | Type | Labels | Meaning |\n|---|---|---|---|\n${rows.join("\n")}\n`,
    );
  });

  it("says of every collector what it gives, reads, costs and needs, and how it is switched", () => {
    const rows = collectorNames.map((name) => {
      const { platforms, runs, help, reads, cost, needs }: CollectorRow = collectors[name];
      const flag = runs === "when switched on" ? `--collector.${name}` : `--no-collector.${name}`;
      const how = runs === "always" ? runs : `${runs}: \`${flag}\``;
      const on = platforms.map((platform) => (platform === "linux" ? "Linux" : "macOS")).join(", ");
      return `| \`${name}\` | ${on} | ${how} | ${help} | ${reads} | ${cost} | ${needs} |`;
    });
    const head =
      "| Collector | On | Runs | Gives | Reads | Costs | Needs |\n|---|---|---|---|---|---|---|\n";
    const page = readFileSync(join(repository, "docs", "collectors.md"), "utf8");
    const [before = "", after = ""] = page.split(/^\|[^]*\|$\n/m);
    assertPage("collectors.md", `${before}${head}${rows.join("\n")}\n${after}`);
  });

  it("has the runbook of every alert, in the words of the alert itself", () => {
    const page = readFileSync(join(repository, "docs", "alerts.md"), "utf8");
    assertPage("alerts.md", alertPage(page, alerts));
  });

  it("keeps the head of that page as it was written by hand, and nothing of an alert that is gone", () => {
    const page = "# Head\n\nText.\n\n## MlxGone\n\nOld.\n";
    assert.equal(alertPage(page, []), "# Head\n\nText.\n");
  });

  it("lists every panel of every dashboard, in the words of the panel itself", () => {
    const page = readFileSync(join(repository, "docs", "dashboards.md"), "utf8");
    assertPage("dashboards.md", dashboardPage(page, plan.dashboards));
  });

  it("lists every inhibition with its reason, and shows a policy of notifications that the program takes", () => {
    const page = readFileSync(join(repository, "docs", "alertmanager.md"), "utf8");
    const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const { policy } = loadConfig(memoryHost({ "/c.yaml": yaml }).files, "/c.yaml");
    assert.deepEqual(Object.keys(policy?.notify?.receivers ?? {}), ["page", "ticket", "deadMan"]);
    assert.equal(policy?.notify?.quietHours.length, 1);
    const side = (matchers: readonly Matcher[]): string =>
      matchers
        .filter(({ operator }) => operator !== "!=")
        .map(({ value }) => value.replaceAll("|", ", "))
        .join(", ");
    const rows = plan.routing.inhibitions.map(
      ({ source, target, equal, why }) =>
        `| ${side(source)} | ${side(target)} | ${equal.join(", ")} | ${why} |`,
    );
    const head =
      "| While this fires | These are not notified | Of the same | Why |\n|---|---|---|---|\n";
    const [before = "", after = ""] = page.split(/^\| While this fires[^]*?\|$\n(?!\|)/m);
    assertPage("alertmanager.md", `${before}${head}${rows.join("\n")}\n${after}`);
  });

  it("publishes the schema of the config file as editors read it", () => {
    const schema = z.toJSONSchema(configSchema, { target: "draft-2020-12", io: "input" });
    assertPage("config.schema.json", `${JSON.stringify(schema, undefined, 2)}\n`);
  });

  it("publishes the schema of a profile, the one that is written beside profiles", () => {
    assertPage("profile.schema.json", profileJsonSchema());
  });

  it("shows a config that the program takes", () => {
    const page = readFileSync(join(repository, "docs", "config.md"), "utf8");
    const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const { files } = memoryHost({ "/c.yaml": yaml });
    assert.ok(loadConfig(files, "/c.yaml").workloads.length > 0);
    const match = configSchema.shape.workloads.unwrap().element.shape.match;
    for (const key of Object.keys(match.shape))
      assert.ok(page.includes(`\`match.${key}\``), `docs/config.md tells of match.${key}`);
  });

  it("tells of every key of a probe and of every reason to fail, with an example that the program takes", () => {
    const page = readFileSync(join(repository, "docs", "probes.md"), "utf8");
    const { shape } = probeSchema;
    for (const key of [...Object.keys(shape), ...probeFailures])
      assert.ok(page.includes(`| \`${key}\` `), `docs/probes.md tells of ${key}`);
    const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const { files } = memoryHost({ "/c.yaml": yaml });
    assert.equal(loadConfig(files, "/c.yaml").workloads[0]?.probe?.intervalSeconds, 60);
  });

  it("tells of every key of a policy, with an example that the program takes", () => {
    const page = readFileSync(join(repository, "docs", "policy.md"), "utf8");
    const shapes = [
      policySchema.shape,
      policySchema.shape.alerts.unwrap().valueType.shape,
      policySchema.shape.workloads.unwrap().valueType.shape,
    ];
    const told = (key: string): boolean =>
      page.includes(`| \`${key}\` `) || page.includes(`\`${key}\`, `);
    for (const key of shapes.flatMap((shape) => Object.keys(shape)))
      assert.ok(told(key), `docs/policy.md tells of ${key}`);
    for (const name of Object.keys(alertWindows)) assert.ok(page.includes(name), name);
    const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const { policy } = loadConfig(memoryHost({ "/c.yaml": yaml }).files, "/c.yaml");
    assert.equal(policy?.workloads["chat"]?.limits.memory, 24 * 1024 ** 3);
    assert.equal(policy.workloads["night-training"]?.hold, "patient");
  });

  it("tells of every key of a web config file", () => {
    const page = readFileSync(join(repository, "docs", "web-config.md"), "utf8");
    const { tls_server_config, http_server_config, ...others } = webConfigSchema.shape;
    const http = http_server_config.unwrap().shape;
    const keys = [tls_server_config.unwrap().shape, http.headers.unwrap().shape, others].flatMap(
      (shape) => Object.keys(shape),
    );
    assert.ok(keys.length > 15);
    for (const key of [...keys, ...Object.keys(http).map((key) => `http_server_config.${key}`)])
      assert.ok(page.includes(`\`${key}\``), `docs/web-config.md tells of ${key}`);
  });

  it("tells of every target of compile, and of every series of the history", () => {
    const page = readFileSync(join(repository, "docs/compile.md"), "utf8");
    for (const target of ruleTargets) assert.ok(page.includes(`| \`${target}\``), target);
    for (const name of [...Object.values(historyMetrics), ...Object.values(outlookNames)])
      assert.ok(page.includes(name), name);
  });

  it("tells of every lever on macOS what doctor says of it", () => {
    const page = readFileSync(join(repository, "docs/macos.md"), "utf8").replace(/\s+/g, " ");
    const untold = levers.filter(
      ({ platform, says }) => platform === "darwin" && !page.includes(says),
    );
    assert.deepEqual(untold, []);
  });
});
