import assert from "node:assert/strict";
import { loopbackAlertmanager, loopbackPrometheus } from "../../lab/loopback-config.ts";

const example = `global:
  scrape_interval: 15s
  evaluation_interval: 15s
rule_files: [rules/*.yml]
alerting:
  alertmanagers:
    - static_configs:
        - targets: ["127.0.0.1:9093"]
scrape_configs:
  - job_name: mlx-headroom
    honor_labels: true
    static_configs:
      - targets: ["127.0.0.1:10836", "elsewhere:10836"]
`;

describe("the example configuration on loopback", () => {
  it("gets real addresses and short intervals, and keeps all else", () => {
    const text = loopbackPrometheus(
      example,
      new Map([
        ["127.0.0.1:10836", "127.0.0.1:40001"],
        ["127.0.0.1:9093", "127.0.0.1:40002"],
      ]),
    );
    assert.match(text, /scrape_interval: 5s\n {2}evaluation_interval: 5s\n/);
    assert.match(text, /targets: \[ "?127\.0\.0\.1:40001"?, "?elsewhere:10836"? \]/);
    assert.match(text, /targets: \[ "?127\.0\.0\.1:40002"? \]/);
    assert.match(text, /rule_files: \[ rules\/\*\.yml \]\n/);
    assert.match(text, /honor_labels: true\n/);
  });

  it("names no Alertmanager where there is none", () => {
    const text = loopbackPrometheus(example, new Map([["127.0.0.1:9093", undefined]]));
    assert.match(text, /alertmanagers:\n +- static_configs:\n +- targets: \[\]\n/);
  });

  it("waits less in every route, and repeats as the example says", () => {
    const text = loopbackAlertmanager(
      "route:\n  group_wait: 30s\n  group_interval: 5m\n  repeat_interval: 12h\n  routes:\n    - group_wait: 10s\n",
    );
    assert.equal(
      text,
      "route:\n  group_wait: 1s\n  group_interval: 5s\n  repeat_interval: 12h\n  routes:\n    - group_wait: 1s\n",
    );
  });
});
