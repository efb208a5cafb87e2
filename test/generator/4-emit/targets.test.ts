import assert from "node:assert/strict";
import { PodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import { PrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import { ScrapeConfig } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/ScrapeConfig";
import fc from "fast-check";
import { parse } from "yaml";
import { metricsQl } from "../../../src/generator/4-emit/metricsql.ts";
import { objectName } from "../../../src/generator/4-emit/operator.ts";
import { generate } from "../../../src/generator/generator.ts";
import type { Artifact } from "../../../src/model/artifact.ts";
import type { RuleTarget } from "../../../src/model/plan.ts";
import { exampleFile, profile } from "../profile-document.ts";

const odd = { path: "odd.yaml", profile: profile({ workload: "On:12.30-_" }) };

function made(...targets: readonly RuleTarget[]): readonly Artifact[] {
  return generate([exampleFile, odd], { version: "0", layout: "tree", targets });
}

interface Groups {
  readonly groups: readonly { readonly name: string; readonly rules: readonly unknown[] }[];
}

function below(artifacts: readonly Artifact[], folder: string): readonly Artifact[] {
  return artifacts.filter(({ path }) => path.startsWith(folder));
}

const prometheus = below(made("prometheus"), "prometheus/rules/").map(
  ({ text }) => parse(text) as Groups,
);

describe("files for the Prometheus operator", () => {
  const objects = below(made("operator"), "kubernetes/").map(
    ({ text }) =>
      parse(text) as {
        readonly kind: string;
        readonly metadata: { readonly name: string };
        readonly spec: Groups;
      },
  );
  const models = { PrometheusRule, PodMonitor, ScrapeConfig };

  it("are objects that its schemas accept", () => {
    for (const object of objects) {
      const model = new models[object.kind as keyof typeof models](object as never);
      assert.doesNotThrow(() => {
        model.validate();
      }, object.metadata.name);
    }
    assert.deepEqual(new Set(objects.map(({ kind }) => kind)), new Set(Object.keys(models)));
  });

  it("would be refused with anything else in them", () => {
    const rule = { alert: "A", for: "sometimes" };
    const spec = { groups: [{ name: "g", rules: [rule] }] };
    assert.throws(() => {
      new PrometheusRule({ metadata: { name: "a" }, spec } as never).validate();
    }, /expr|pattern/);
  });

  it("hold the same groups as the files of Prometheus do", () => {
    const rules = objects.filter(({ kind }) => kind === "PrometheusRule");
    assert.deepEqual(
      rules.map(({ spec }) => spec),
      prometheus,
    );
  });

  it("have names that Kubernetes takes, each its own", () => {
    const names = objects.map(({ metadata }) => metadata.name);
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.includes("mlx-baselines-chat"));
    const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
    const slug = fc.stringMatching(/^[a-z0-9][a-z0-9_.-]{0,62}$/);
    fc.assert(
      fc.property(slug, slug, (one, other) => {
        assert.match(objectName(`mlx-baselines-${one}`), subdomain);
        assert.equal(objectName(one) === objectName(other), one === other);
      }),
    );
    assert.notEqual(objectName("a_b"), objectName("a-b"));
  });

  it("give every pod's series the job that the rules ask for, the node's name, and nothing of the exporter's pod", () => {
    const [monitor] = objects.filter(({ kind }) => kind === "PodMonitor");
    const [endpoint] = (
      monitor?.spec as unknown as { podMetricsEndpoints: readonly Record<string, unknown>[] }
    ).podMetricsEndpoints;
    assert.deepEqual(endpoint, {
      port: "metrics",
      interval: "15s",
      honorLabels: true,
      relabelings: [
        { targetLabel: "job", replacement: "mlx-headroom" },
        { sourceLabels: ["__meta_kubernetes_pod_node_name"], targetLabel: "instance" },
        { action: "labeldrop", regex: "pod|container|namespace" },
      ],
    });
  });

  it("keep the host that is made up where kubectl apply -f kubernetes/ does not look", () => {
    const example = below(made("operator"), "kubernetes/").find(({ text }) =>
      text.includes("example.org"),
    );
    assert.equal(example?.path, "kubernetes/examples/scrapeconfig.yaml");
  });
});

describe("files for Mimir and Thanos", () => {
  const files = below(made("mimir"), "mimir/");

  it("lie in one folder under names that are namespaces of their own", () => {
    assert.deepEqual(
      files.map(({ path }) => path),
      [
        "mimir/mlx-recording.yml",
        "mimir/mlx-baselines-on-12.30-_.yml",
        "mimir/mlx-baselines-chat.yml",
        "mimir/mlx-alerts.yml",
        "mimir/mlx-history.yml",
      ],
    );
  });

  it("hold groups alone, the same as those of Prometheus", () => {
    assert.deepEqual(
      files.map(({ text }) => parse(text) as unknown),
      prometheus,
    );
  });
});

describe("files for vmalert", () => {
  const files = made("vmalert");

  it("have the same groups, in its own dialect", () => {
    const names = below(files, "vmalert/rules/").map(({ text }) =>
      (parse(text) as Groups).groups.map(({ name }) => name),
    );
    assert.deepEqual(
      names,
      prometheus.map(({ groups }) => groups.map(({ name }) => name)),
    );
  });

  it("count only what rose since it was seen: no function is left that takes a first value for a rise", () => {
    const rules = below(files, "vmalert/rules/").map(({ text }) => text);
    for (const text of rules) assert.doesNotMatch(text, /\b(increase|delta|changes)\(/);
    assert.match(rules.join(""), /increase_prometheus\(mlx_workload_oom_kills_total\[10m\]\)/);
    assert.equal(
      metricsQl("increase(a[1h]) > my_increase"),
      "increase_prometheus(a[1h]) > my_increase",
    );
  });

  it("have the tests about samples in the words of vmalert-tool", () => {
    const tests = below(files, "vmalert/tests/");
    assert.deepEqual(
      tests.map(({ path }) => path),
      ["thresholds", "baselines-on-12.30-_", "baselines-chat", "history", "history-outlook"].map(
        (name) => `vmalert/tests/mlx-${name}.yml`,
      ),
    );
    for (const { text } of tests) {
      assert.doesNotMatch(text, /promql_expr_test|alert_rule_test/);
      assert.doesNotMatch(text, /expr: ALERTS/);
      assert.match(text, /vmalert-tool unittest --files=/);
    }
  });
});

describe("several targets", () => {
  it("are written side by side, and every head says how to remake them", () => {
    const files = made("vmalert", "prometheus");
    assert.ok(below(files, "prometheus/rules/").length > 0);
    assert.ok(below(files, "vmalert/rules/").length > 0);
    const { text = "" } = below(files, "vmalert/rules/")[0] ?? {};
    assert.match(text, /'mlx-headroom compile --target prometheus --target vmalert'/);
  });

  it("have Alertmanager and Grafana in common", () => {
    const common = made("mimir").filter(({ path }) => /^(alertmanager|grafana)\//.test(path));
    assert.equal(common.length, 10);
    assert.deepEqual(below(made("mimir"), "prometheus/"), []);
  });
});
