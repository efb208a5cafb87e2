import assert from "node:assert/strict";
import { dashboards as names } from "../../../src/catalog/dashboards.ts";
import { defaultPolicy } from "../../../src/model/policy.ts";
import { classics, panelsOf, type Classic } from "./classic.ts";
import { selectorsOf } from "./lint-queries.ts";

function dashboard(key: keyof typeof names, of: readonly Classic[]): Classic {
  const found = of.find(({ uid }) => uid === names[key].uid);
  assert.ok(found);
  return found;
}

describe("the dashboards of a policy", () => {
  const policy = {
    ...defaultPolicy,
    joinLabels: ["workload", "resource", "cluster"],
    selector: { job: "mlx.prod", env: "prod" },
    runbookBase: "https://wiki.test/r",
    reviewEverySeconds: 30 * 86_400,
  };
  const made = classics({ policy });

  it("let choose what tells clusters apart, and keep it apart", () => {
    const fleet = dashboard("fleet", made);
    assert.deepEqual(
      fleet.templating.list.map(({ name, label, query, allValue }) => [
        name,
        label,
        query,
        allValue,
      ]),
      [
        ["datasource", "Data source", "prometheus", undefined],
        [
          "job",
          "Job",
          'label_values(mlx_exporter_build_info{job="mlx.prod",env="prod"}, job)',
          "mlx\\.prod",
        ],
        [
          "cluster",
          "Cluster",
          'label_values(mlx_exporter_build_info{env="prod",job=~"$job"}, cluster)',
          ".+",
        ],
        [
          "env",
          "Env",
          'label_values(mlx_exporter_build_info{env="prod",job=~"$job"}, env)',
          "prod",
        ],
        [
          "instance",
          "Instance",
          'label_values(mlx_exporter_build_info{job=~"$job",cluster=~"$cluster",env=~"$env"}, instance)',
          ".+",
        ],
        [
          "workload",
          "Workload",
          'label_values(mlx_workload_processes{job=~"$job",instance=~"$instance",cluster=~"$cluster",env=~"$env"}, workload)',
          ".+",
        ],
      ],
    );
    const headroom = panelsOf(fleet).find(({ title }) => title === "Headroom by workload");
    assert.match(
      headroom?.targets?.[0]?.expr ?? "",
      /^min by \(job, instance, workload, cluster, env\) \(mlx_workload_headroom_ratio\{job=~"\$job",instance=~"\$instance",cluster=~"\$cluster",env=~"\$env",workload=~"\$workload",resource!~"cpu\|swap"\}\)$/,
    );
    assert.equal(
      headroom?.targets?.[0]?.legendFormat,
      "{{workload}} {{instance}} {{cluster}} {{env}}",
    );
  });

  it("choose constants of the class or of none, and keep Grafana's durations", () => {
    const exprs = made.flatMap((each) =>
      panelsOf(each).flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    );
    for (const expr of exprs) {
      assert.doesNotMatch(expr, /\d{10}ms/);
      for (const { metric, matchers } of selectorsOf(expr))
        if (metric.startsWith("mlx:")) assert.ok(matchers.includes('cluster=~"$cluster|"'), expr);
    }
    assert.ok(exprs.some((expr) => expr.includes("[$__rate_interval]")));
    assert.ok(exprs.some((expr) => expr.includes("[$__range]")));
  });

  it("show the cluster beside the instance in tables", () => {
    const table = panelsOf(dashboard("fleet", made)).find(({ type }) => type === "table");
    const shown = table?.transformations?.flatMap(({ options }) => options.include?.names ?? []);
    assert.deepEqual(shown?.slice(0, 4), ["cluster", "env", "instance", "workload"]);
  });

  it("lead to its runbooks, and call a baseline old when it does", () => {
    const workload = dashboard("workload", made);
    assert.equal(workload.links[1]?.url, "https://wiki.test/r");
    const age = panelsOf(workload).find(({ title }) => title === "Age of the baseline");
    assert.ok(age?.links?.some(({ url }) => url === "https://wiki.test/r#mlxbaselinestale"));
    assert.match(JSON.stringify(age?.fieldConfig), /"value":30\}/);
  });
});
