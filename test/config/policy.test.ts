import assert from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import { defaultPolicy } from "../../src/model/policy.ts";
import type { Policy } from "../../src/model/policy.ts";
import { memoryHost } from "../support/memory-host.ts";

function load(policy: string): Policy | undefined {
  return loadConfig(memoryHost({ "/c.yaml": `policy: ${policy}\n` }).files, "/c.yaml").policy;
}

describe("the policy of a config", () => {
  it("is absent where the file does not say, and the default where it says nothing", () => {
    assert.equal(loadConfig(memoryHost({ "/c.yaml": "{}" }).files, "/c.yaml").policy, undefined);
    assert.deepEqual(load("{}"), defaultPolicy);
  });

  it("means one severity and one time for all rules of an alert, or one for each", () => {
    const { alerts = {} } =
      load("{ alerts: { MlxHeadroomLow: { severity: info, for: { critical: 1m30s } } } }") ?? {};
    assert.deepEqual(alerts["MlxHeadroomLow"], {
      severity: { critical: "info", warning: "info", info: "info" },
      forSeconds: { critical: 90 },
      annotations: {},
      labels: {},
    });
  });

  it("counts times and lengths of time, and sizes in bytes", () => {
    const policy = load(
      "{ hold: { a: 0.5, b: 1h }, reviewEvery: 2w, workloads: { w: { limits: { memory: 1.5GiB, gpu_memory: 1024 } } } }",
    );
    assert.deepEqual(policy?.hold, { a: { factor: 0.5 }, b: { seconds: 3600 } });
    assert.equal(policy.reviewEverySeconds, 14 * 86_400);
    assert.deepEqual(policy.workloads["w"]?.limits, { memory: 1610612736, gpu_memory: 1024 });
  });

  it("leaves one threshold as it is where it names the other, and joins in one order", () => {
    const policy = load(
      "{ thresholds: { memory: { warning: 0.3 } }, joinLabels: [rack, resource, workload, cluster] }",
    );
    assert.deepEqual(policy?.thresholds.memory, { warning: 0.3, critical: 0.05 });
    assert.deepEqual(policy.joinLabels, ["workload", "resource", "cluster", "rack"]);
  });

  for (const [what, text, sentence] of [
    [
      "an unknown alert",
      "{ alerts: { MlxOmKilled: {} } }",
      /'policy\.alerts\.MlxOmKilled' is not a known key \(did you mean MlxOomKilled\?\)/,
    ],
    [
      "an alert like no other",
      "{ alerts: { Foo: {} } }",
      /expected MlxHeadroomLow or another alert of docs\/alerts\.md, found Foo/,
    ],
    [
      "an unknown alert of a workload",
      "{ workloads: { a: { alerts: { MlxRankMising: {} } } } }",
      /did you mean MlxRankMissing\?/,
    ],
    ["an unknown key", "{ ownr: a }", /'policy\.ownr' is not a known key \(did you mean owner\?\)/],
    [
      "an unknown severity",
      "{ alerts: { MlxOomKilled: { severity: page } } }",
      /severity' must be critical, warning or info, or a map/,
    ],
    [
      "a time without a unit",
      "{ alerts: { MlxOomKilled: { for: 60 } } }",
      /for' must be a length of time from 0s to 30d, or a map/,
    ],
    [
      "no time at all",
      '{ reviewEvery: "" }',
      /reviewEvery' must be a length of time from 1d to 520w/,
    ],
    [
      "an interval that would blind rates",
      "{ interval: 2m }",
      /interval' must be a length of time from 5s to 1m/,
    ],
    [
      "a window of an alert that has none",
      "{ alerts: { MlxHeadroomLow: { window: 1h } } }",
      /window' must be left out: only MlxOomKilled/,
    ],
    [
      "a window that makes no sense",
      "{ alerts: { MlxBaselineDrift: { window: 1h } } }",
      /window' must be a length of time from 86400s to 30d/,
    ],
    [
      "a fourth class of patience",
      "{ hold: { a: 1, b: 2, c: 3, d: 4 } }",
      /hold' must be a map of at most three classes/,
    ],
    [
      "patience without measure",
      "{ hold: { a: often } }",
      /hold\.a' must be a number of times such as 3, or a length of time/,
    ],
    [
      "an unknown class",
      "{ hold: { slow: 2 }, workloads: { w: { hold: slwo } } }",
      /hold' must be a class of hold, such as slow, but "slwo"/,
    ],
    [
      "a class where there is none",
      "{ workloads: { w: { hold: slow } } }",
      /hold' must be a class of hold, and there is none/,
    ],
    [
      "a class like no other",
      "{ hold: { a: 1, b: 2 }, workloads: { w: { hold: slow } } }",
      /a class of hold, such as a or b/,
    ],
    [
      "critical before warning",
      "{ thresholds: { memory: { critical: 0.2 } } }",
      /memory' must be in order: critical \(0\.2\) is above warning \(0\.15\)/,
    ],
    [
      "the same of a workload",
      "{ workloads: { w: { thresholds: { memory: { warning: 0.01 } } } } }",
      /workloads\.w\.thresholds\.memory' must be in order/,
    ],
    [
      "a share that is none",
      "{ thresholds: { memory: { warning: 15 } } }",
      /warning' must be a share of the limit above 0 and up to 0\.5/,
    ],
    [
      "a label that alerts set",
      "{ labels: { severity: a } }",
      /severity' is not a known key: expected a name .* leave free, found severity/,
    ],
    [
      "a template in a label",
      '{ labels: { a: "{{ x }}" } }',
      /labels\.a' must be one line of text in quotes, without \{\{/,
    ],
    [
      "a join without workload",
      "{ joinLabels: [resource] }",
      /joinLabels' must be a list that holds workload and resource/,
    ],
    [
      "a join by one label twice",
      "{ joinLabels: [workload, resource, a, a] }",
      /joinLabels' must be a list/,
    ],
    [
      "a join by a host",
      "{ joinLabels: [workload, resource, instance] }",
      /joinLabels\.2' must be a name of letters, digits and _ that alerts and Prometheus leave free/,
    ],
    [
      "an old Prometheus",
      '{ targetVersion: "2.41" }',
      /must be a version of Prometheus in quotes, from "2\.42"/,
    ],
    [
      "a version that YAML takes for a number",
      "{ targetVersion: 3.0 }",
      /in quotes.* but 3 was found/,
    ],
    [
      "a size without a unit that is known",
      "{ workloads: { w: { limits: { memory: 24G } } } }",
      /memory' must be a number of bytes, or one such as 24GiB, but "24G"/,
    ],
    [
      "a runbook with a password",
      "{ runbookBase: 'https://a:b@c' }",
      /runbookBase' must be an http or https URL without/,
    ],
    [
      "a runbook with a gap that nothing fills",
      "{ runbookBase: 'https://wiki.test/{{name}}.md' }",
      /runbookBase' must be an address with no other gap than \{\{alert\}\}/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => load(text), { name: "UserError", message: sentence });
    });
  }
});
