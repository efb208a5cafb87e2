import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dashboards as names } from "../../../src/catalog/dashboards.ts";
import { repository } from "../../support/fixture-host.ts";
import { classics, panelsOf, type Classic, type ClassicPanel } from "./classic.ts";
import { selectorsOf } from "./lint-queries.ts";

const dashboards = classics();
const everyPanel = dashboards.flatMap(panelsOf);

function dashboard(key: keyof typeof names): Classic {
  const found = dashboards.find(({ uid }) => uid === names[key].uid);
  assert.ok(found);
  return found;
}

function panel(key: keyof typeof names, title: string): ClassicPanel {
  const found = panelsOf(dashboard(key)).find((each) => each.title === title);
  assert.ok(found, title);
  return found;
}

/** Every text in which Grafana puts what was chosen. */
function textsOf({ panels, annotations, templating }: Classic): readonly string[] {
  return [
    ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ...annotations.list.map(({ expr }) => expr),
    ...templating.list.map(({ query }) => query),
  ];
}

describe("the dashboards", () => {
  it("are those of the catalogue, classic ones that Grafana can read from a file and nobody edits in place", () => {
    assert.deepEqual(
      dashboards.map(({ uid, title }) => ({ uid, title })),
      Object.values(names).map(({ uid, title }) => ({ uid, title })),
    );
    for (const each of dashboards) {
      assert.equal((each as unknown as Record<string, unknown>)["schemaVersion"], 39);
      assert.equal(each.editable, false);
      assert.ok(!("id" in each) && !("version" in each));
      assert.match(each.description, /^[A-Z][^?]+\? Made by mlx-headroom/);
    }
  });

  for (const each of dashboards) {
    const { uid } = each;

    it(`${uid} has panels with ids from 1, titles and queries with names of their own`, () => {
      assert.deepEqual(
        each.panels.map(({ id }) => id),
        each.panels.map((_, index) => index + 1),
      );
      const titles = panelsOf(each).map(({ title }) => title);
      assert.equal(new Set(titles).size, titles.length, titles.join());
      for (const { targets = [], title } of panelsOf(each))
        assert.deepEqual(
          targets.map(({ refId }) => refId),
          ["A", "B", "C", "D", "E", "F"].slice(0, targets.length),
          title,
        );
    });

    it(`${uid} is laid out without overlap and within 24 columns`, () => {
      const taken = new Set<string>();
      for (const { title, gridPos } of each.panels) {
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
            assert.ok(x < 24 && !taken.has(`${x},${y}`), `${title} overlaps at ${x},${y}`);
            taken.add(`${x},${y}`);
          }
        }
      }
    });

    it(`${uid} uses the variables that it has, and all of them`, () => {
      const has = each.templating.list.map(({ name }) => name).sort();
      const used = textsOf(each).flatMap((text) =>
        [...text.matchAll(/\$(?!__)(\w+)/g)].map(([, name = ""]) => name),
      );
      assert.deepEqual([...new Set(["datasource", ...used])].sort(), has);
    });

    it(`${uid} leads to its siblings with what is chosen and to the runbooks`, () => {
      const [siblings, runbooks] = each.links;
      assert.deepEqual(
        [siblings?.type, siblings?.tags, siblings?.includeVars, siblings?.keepTime],
        ["dashboards", ["mlx-headroom"], true, true],
      );
      assert.ok(each.tags.includes("mlx-headroom"));
      assert.match(runbooks?.url ?? "", /docs\/alerts\.md$/);
    });

    it(`${uid} says of every panel what it shows, in which unit, and what nothing means`, () => {
      for (const { title, type, description, fieldConfig } of panelsOf(each)) {
        assert.match(description ?? "", /^[A-Z][^]+\.$/, title);
        assert.notEqual(fieldConfig?.defaults.unit ?? "", "", title);
        assert.match(fieldConfig?.defaults.noValue ?? "", /[a-z]{4}/, `${title} (${type})`);
      }
    });

    it(`${uid} takes no zero for what is absent, and nothing that can be switched off`, () => {
      for (const text of textsOf(each)) {
        assert.doesNotMatch(text, /\bvector\(|mlx_process_/);
      }
    });

    it(`${uid} marks when alerts fired`, () => {
      assert.match(each.annotations.list[0]?.expr ?? "", /ALERTS\{.*alertstate="firing"/);
      for (const { datasource } of each.annotations.list)
        assert.equal(datasource.uid, "${datasource}");
    });
  }

  it("name runbooks that are there, and data links to a dashboard that is there", () => {
    const page = readFileSync(join(repository, "docs/alerts.md"), "utf8");
    const links = everyPanel.flatMap(({ links: own = [] }) => own);
    assert.ok(links.length > 80);
    for (const { title, url } of links) {
      const [, alert = ""] = /^Runbook: (Mlx\w+)$/.exec(title) ?? [];
      assert.ok(page.includes(`\n## ${alert}\n`), title);
      assert.ok(url.endsWith(`docs/alerts.md#${alert.toLowerCase()}`), url);
    }
    const opened = everyPanel.flatMap(({ fieldConfig }) => [
      ...(fieldConfig?.defaults.links ?? []),
      ...(fieldConfig?.overrides ?? []).flatMap(({ properties }) =>
        properties.flatMap(({ id, value }) => (id === "links" ? (value as { url: string }[]) : [])),
      ),
    ]);
    assert.ok(opened.length > 8);
    for (const { url } of opened) assert.ok(url.startsWith(`/d/${names.workload.uid}?`), url);
  });

  it("show of every table the columns that its queries give, and merge what several give", () => {
    for (const { title, targets = [], transformations = [] } of everyPanel.filter(
      ({ type }) => type === "table",
    )) {
      const shown = transformations.flatMap(({ options }) => options.include?.names ?? []);
      const values =
        targets.length === 1 ? ["Value"] : targets.map(({ refId }) => `Value #${refId}`);
      const given = targets.flatMap(({ expr }) => [...expr.matchAll(/\w+/g)].map(([word]) => word));
      assert.equal(transformations[0]?.id === "merge", targets.length > 1, title);
      for (const name of shown)
        assert.ok([...values, ...given, "source", "scope"].includes(name), `${title}: ${name}`);
      if (targets.length > 1)
        assert.deepEqual(shown.filter((name) => name.startsWith("Value")).sort(), values, title);
    }
  });

  it("draw what measurements are compared with dashed, and the baseline as a band", () => {
    const memory = panel("workload", "Memory");
    const overrides = memory.fieldConfig?.overrides ?? [];
    const styled = (id: string): readonly string[] =>
      overrides
        .filter(({ properties }) => properties.some((property) => property.id === id))
        .map(
          ({ matcher }) =>
            memory.targets?.find(({ refId }) => refId === matcher.options)?.legendFormat ?? "",
        );
    assert.deepEqual(styled("custom.lineStyle"), [
      "limit that binds {{instance}}",
      "baseline p95",
      "baseline peak",
      "unusual from here on",
    ]);
    assert.deepEqual(styled("custom.fillBelowTo"), ["baseline peak"]);
    const values = overrides.flatMap(({ properties }) =>
      properties.filter(({ id }) => id === "custom.fillBelowTo").map(({ value }) => value),
    );
    assert.deepEqual(values, ["baseline p95"]);
  });

  it("read every kind of constant and of history that is drawn", () => {
    const read = new Set(
      dashboards.flatMap((each) =>
        panelsOf(each).flatMap(({ targets = [] }) =>
          targets.flatMap(({ expr }) => selectorsOf(expr).map(({ metric }) => metric)),
        ),
      ),
    );
    for (const name of [
      "mlx:baseline_p95",
      "mlx:baseline_peak",
      "mlx:threshold_headroom_ratio",
      "mlx:threshold_usage",
      "mlx:baseline_recorded_timestamp_seconds",
      "workload:mlx_exhaustion_days:deriv_3d",
      "workload:mlx_processes_fit:floor",
      "workload:mlx_memory_used_bytes:max_1h",
    ])
      assert.ok(read.has(name), name);
  });

  it("ask for the history alone where only that is kept", () => {
    const { templating, panels } = dashboard("history");
    for (const { query } of templating.list.slice(1))
      assert.match(query, /^label_values\(workload:mlx_memory_used_bytes:max_1h/);
    assert.ok(panels.some(({ interval }) => interval === "1d"));
  });

  it("offer one workload at a time where its baseline is drawn, and elsewhere many", () => {
    const multi = (key: keyof typeof names): boolean | undefined =>
      dashboard(key).templating.list.find(({ name }) => name === "workload")?.multi;
    assert.deepEqual((["fleet", "workload", "limits", "history", "pipeline"] as const).map(multi), [
      true,
      false,
      true,
      true,
      undefined,
    ]);
  });
});
