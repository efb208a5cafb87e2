import assert from "node:assert/strict";
import { defaultCollectors } from "../src/catalog/collectors.ts";
import { createCollector } from "../src/exporter/2-collect/collect.ts";
import { limitsOf } from "../src/exporter/3-limits/limits.ts";
import { createRateBook } from "../src/exporter/ledger/rates.ts";
import { compileBaselines } from "../src/generator/3-compile/baselines.ts";
import { compileLimits } from "../src/generator/3-compile/limits.ts";
import { gradeOf } from "../src/generator/2-profile/grade.ts";
import { leastSamples } from "../src/model/baseline.ts";
import { missing, valueOf, type Figure } from "../src/model/figure.ts";
import { amountInUnits } from "../src/model/in-units.ts";
import { memoryUsed } from "../src/model/memory-used.ts";
import { defaultPolicy, defaultThresholds } from "../src/model/policy.ts";
import { profileSchema } from "../src/model/profile.ts";
import { checkDocument } from "../src/config/document.ts";
import { fixtureHost, roots } from "./support/fixture-host.ts";
import { page } from "./support/markdown.ts";

const text = page("docs/numbers.md").replace(/ +/g, " ");
const MiB = 1024 ** 2;

/** Holds the page to rows of a table, however prettier pads them. */
function assertRows(rows: readonly (readonly (string | number)[])[]): void {
  for (const row of rows) {
    const line = `| ${row.join(" | ")} |`.replace(/ +/g, " ");
    assert.ok(text.includes(line), `docs/numbers.md lacks: ${line}`);
  }
}

function inMiB(figure: Figure): string {
  return "value" in figure ? String(figure.value / MiB) : figure.missing;
}

/** The machine of the page's example, which is the fixture unified-v2. */
function example() {
  const process = {
    pid: 4242,
    parentPid: 1,
    startTicks: 240085,
    startTime: 0,
    workload: "chat",
    runtime: "mlx_lm.server",
    role: "server",
  } as const;
  const pass = createCollector(fixtureHost("unified-v2"), roots).collect(
    [process],
    defaultCollectors,
  );
  const reading = pass.processes[0]?.reading;
  assert.ok(reading);
  const rates = {
    process: missing("not_measured"),
    host: missing("not_measured"),
    level: () => missing("not_measured"),
  };
  return { reading, ...limitsOf({ process: reading, host: pass.host, identity: {}, rates }) };
}

describe("docs/numbers.md", () => {
  it("has the levels of its example as the program reads and subtracts them", () => {
    const levels = example().reading.cgroup.memory.slice(0, 2);
    assertRows(
      levels.map(({ scope, usageBytes, workingSetBytes, maxBytes }) => {
        const cache = (valueOf(usageBytes) ?? NaN) - (valueOf(workingSetBytes) ?? NaN);
        const left = (valueOf(maxBytes) ?? NaN) - (valueOf(workingSetBytes) ?? NaN);
        return [
          `\`${scope}\``,
          inMiB(maxBytes),
          inMiB(usageBytes),
          cache / MiB,
          inMiB(workingSetBytes),
          left / MiB,
        ];
      }),
    );
  });

  it("has the limits of its example, and the one that binds, as the program finds them", () => {
    const memory = example().limits.filter(({ resource }) => resource === "memory");
    assert.equal(memory.length, 4);
    assertRows(
      memory.map(
        ({ source, kind, scope, limit, usage = NaN, headroom = NaN, ratio = NaN, binding }) => [
          `\`${source}\``,
          kind,
          scope.startsWith("/") ? `\`${scope}\`` : scope,
          Math.round(limit / MiB),
          Math.round(usage / MiB),
          Math.round(headroom / MiB),
          ratio.toFixed(3),
          binding ? "binds" : "",
        ],
      ),
    );
  });

  it("says what that process uses", () => {
    const used = memoryUsed(example().reading.usage);
    assert.ok(text.includes(`uses ${inMiB(used)} MiB`), inMiB(used));
  });

  it("has a CPU rate that the ledger makes of the same looks", () => {
    const book = createRateBook();
    const [rows = ""] = /(\| \d+ s[^]*?)\n\n/.exec(text)?.slice(1) ?? [];
    const looks = [...rows.matchAll(/\| (\d+) s \| ([\d.]+) \| ([\d.]+)? ?\|/g)];
    assert.equal(looks.length, 4);
    for (const [, time = "", seconds = "", cores] of looks) {
      book.look("chat", Number(time), Number(seconds));
      assert.equal(valueOf(book.cores("chat"))?.toFixed(2), cores, `at ${time} s`);
    }
  });

  it("has thresholds and limits as compile makes them of examples/chat-server", () => {
    const profile = checkDocument(
      "chat.yaml",
      page("examples/chat-server/profiles/chat.yaml"),
      profileSchema,
    );
    const { constants } = compileBaselines(profile, "chat");
    const thresholds = constants.filter(({ record }) => record === "mlx:threshold_usage");
    assert.ok(thresholds.length > 0);
    assertRows(
      thresholds.map(({ labels, value, why }) => [String(labels["resource"]), value, why]),
    );
    const { settings } = compileLimits(profile, "chat", defaultPolicy);
    const bytes = new Set(["memory_high", "memory_max"]);
    assertRows(
      settings
        .filter(({ name }) => bytes.has(name) || name === "cpu_max" || name === "tasks_max")
        .map(({ name, value, why }) => [
          `\`${name}\``,
          bytes.has(name) ? amountInUnits("bytes", value) : value,
          why,
        ]),
    );
  });

  it("has the default thresholds, and what a quantile and a grade ask for", () => {
    assertRows(
      Object.entries(defaultThresholds).map(([resource, { warning, critical }]) => [
        resource,
        warning,
        critical,
      ]),
    );
    const asked = [0.5, 0.95, 0.99].map((p) => leastSamples(p));
    assert.ok(text.includes(`${asked.join(", ")} independent samples`), asked.join());
    const grades = [
      [3, 299],
      [2, 1],
      [1, 59],
      [1, 58],
    ] as const;
    const given = grades.map(
      ([runs, nEff]) =>
        gradeOf({
          runs,
          nEff,
          counted: "memory",
          censored: false,
          growing: false,
          cachesNotFull: false,
        }).grade,
    );
    assert.deepEqual(given, ["A", "B", "B", "C"]);
    assert.ok(text.includes("A takes 3 runs and 299 independent samples, B 2 runs or 59"));
  });
});
