import assert from "node:assert/strict";
import { parser } from "@prometheus-io/lezer-promql";
import { constants } from "../../src/catalog/alerts.ts";
import { metrics } from "../../src/catalog/metrics.ts";
import { panelTitles } from "../../src/catalog/panels.ts";
import { generate } from "../../src/generator/generator.ts";

interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly datasource: { readonly uid: string };
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly Target[];
  readonly fieldConfig?: {
    readonly defaults: { readonly unit?: string };
    readonly overrides: readonly {
      readonly matcher: { readonly options: string };
      readonly properties: readonly { readonly id: string; readonly value: unknown }[];
    }[];
  };
}
interface Variable {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly query: string;
  readonly refresh: number;
  readonly multi?: boolean;
  readonly allValue?: string;
  readonly includeAll?: boolean;
  readonly datasource?: { readonly uid: string };
}
interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
}

const artifact = generate([], { version: "0", layout: "pack" }).find(({ path }) =>
  path.endsWith("mlx-headroom.json"),
);
const dashboard = JSON.parse(artifact?.text ?? "") as Dashboard & Readonly<Record<string, unknown>>;
const rows = dashboard.panels.filter(({ type }) => type === "row");
const panels = dashboard.panels.filter(({ type }) => type !== "row");
const targets = panels.flatMap(({ targets = [] }) => targets);

/** Every selector of an expression: its metric, and the text and label names of its matchers. */
function selectors(expr: string): readonly {
  readonly metric: string;
  readonly text: string;
  readonly labels: readonly string[];
}[] {
  const found: { metric: string; text: string; labels: readonly string[] }[] = [];
  const parsable = expr.replaceAll(/\$__(?:rate_interval|range)/g, "5m");
  parser.parse(parsable).iterate({
    enter(node) {
      assert.ok(!node.type.isError, expr);
      if (node.name !== "VectorSelector") return;
      const text = parsable.slice(node.from, node.to);
      const labels = [...text.matchAll(/[{,]\s*(\w+)\s*(?:=~|!=|=)/g)].map(
        (match) => match[1] ?? "",
      );
      found.push({ metric: text.split("{")[0] ?? "", text, labels });
    },
  });
  return found;
}

describe("the dashboard", () => {
  it("is a classic one that Grafana can read from a file and nobody edits in place", () => {
    assert.equal(dashboard["schemaVersion"], 39);
    assert.equal(dashboard["uid"], "mlx-headroom");
    assert.equal(dashboard["editable"], false);
    assert.ok(!("id" in dashboard) && !("version" in dashboard));
  });

  it("has panels with ids from 1 and queries with names of their own", () => {
    assert.deepEqual(
      dashboard.panels.map(({ id }) => id),
      dashboard.panels.map((_, index) => index + 1),
    );
    for (const { targets: own = [], title } of panels) {
      assert.ok(own.length > 0, title);
      assert.deepEqual(
        own.map(({ refId }) => refId),
        ["A", "B", "C", "D", "E"].slice(0, own.length),
      );
    }
  });

  it("shows every panel of the catalogue once, with title, description and unit", () => {
    assert.deepEqual(panels.map(({ title }) => title).sort(), Object.values(panelTitles).sort());
    for (const { title, description, fieldConfig } of panels) {
      assert.match(description ?? "", /^[A-Z].+\.$/, title);
      assert.ok(
        ["percentunit", "bytes", "short"].includes(fieldConfig?.defaults.unit ?? ""),
        title,
      );
    }
    assert.equal(rows.length, 5);
  });

  it("lays panels out without overlap and within 24 columns", () => {
    const taken = new Set<string>();
    for (const { title, gridPos } of dashboard.panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.ok(x < 24 && !taken.has(`${x},${y}`), `${title} overlaps at ${x},${y}`);
          taken.add(`${x},${y}`);
        }
      }
    }
  });

  it("asks the chosen data source everywhere", () => {
    for (const { datasource } of [...panels, ...targets])
      assert.equal(datasource?.uid, "${datasource}");
  });

  it("has a data source to choose, and jobs, instances and workloads that reload with the time range", () => {
    const [source, ...queries] = dashboard.templating.list;
    assert.deepEqual(
      [source?.name, source?.label, source?.type, source?.query],
      ["datasource", "Data source", "datasource", "prometheus"],
    );
    assert.deepEqual(
      queries.map(({ name, label }) => [name, label]),
      [
        ["job", "Job"],
        ["instance", "Instance"],
        ["workload", "Workload"],
      ],
    );
    for (const variable of queries) {
      const { type, multi, includeAll, allValue, refresh } = variable;
      assert.deepEqual(
        [type, multi, includeAll, allValue, refresh],
        ["query", true, true, ".+", 2],
      );
      assert.equal(variable.datasource?.uid, "${datasource}");
      const selector = /^label_values\((.+), \w+\)$/.exec(variable.query)?.[1];
      assert.equal(selectors(selector ?? "(").length, 1);
    }
  });

  it("narrows every selector to the chosen jobs and instances, but for constants, which have neither", () => {
    for (const { expr } of targets) {
      for (const { metric, text, labels } of selectors(expr)) {
        if (metric.startsWith("mlx:")) {
          assert.ok(!labels.includes("job") && !labels.includes("instance"), text);
        } else {
          assert.ok(text.includes('job=~"$job"') && text.includes('instance=~"$instance"'), text);
        }
      }
    }
  });

  it("reads only what the catalogue names, with labels it has, and no series with a pid", () => {
    const families = new Map<string, readonly string[]>([
      ...Object.values(metrics).map(({ name, labels }) => [name, labels] as const),
      ...Object.values(constants).map(
        (name) => [name, ["workload", "resource", "severity"]] as const,
      ),
      ["ALERTS", ["alertname", "alertstate"]],
    ]);
    for (const { metric, labels, text } of targets.flatMap(({ expr }) => selectors(expr))) {
      const known = families.get(metric);
      assert.ok(known !== undefined && !known.includes("pid"), metric);
      for (const label of labels) assert.ok(["job", "instance", ...known].includes(label), text);
    }
  });

  it("takes rates over the interval Grafana chooses, and counters only so", () => {
    for (const { expr } of targets) {
      for (const [, range] of expr.matchAll(/\brate\([^[]+\[([^\]]+)\]/g)) {
        assert.equal(range, "$__rate_interval");
      }
      for (const { metric } of selectors(expr).filter(({ metric }) => metric.endsWith("_total"))) {
        assert.match(expr, new RegExp(`(?:rate|increase)\\(${metric}`));
      }
    }
  });

  it("draws thresholds and limits dashed, and the baseline as a band", () => {
    const ratio = panels.find(({ title }) => title === panelTitles.headroomRatio);
    const dashed = (ratio?.fieldConfig?.overrides ?? []).filter(({ properties }) =>
      properties.some(({ id }) => id === "custom.lineStyle"),
    );
    assert.deepEqual(
      dashed.map(
        ({ matcher }) => ratio?.targets?.find(({ refId }) => refId === matcher.options)?.expr,
      ),
      ["warning", "critical"].map(
        (severity) =>
          `max by (workload, resource) (mlx:threshold_headroom_ratio{workload=~"$workload|",severity="${severity}"})`,
      ),
    );
    const memory = panels.find(({ title }) => title === panelTitles.memory);
    const fill = (memory?.fieldConfig?.overrides ?? []).flatMap(({ properties }) =>
      properties.filter(({ id }) => id === "custom.fillBelowTo"),
    );
    assert.deepEqual(fill, [{ id: "custom.fillBelowTo", value: "baseline p95" }]);
  });
});
