import assert from "node:assert/strict";
import { matchesGlob } from "../../src/model/glob.ts";
import { loadConfig } from "../../src/config/load.ts";
import { memoryHost } from "../support/memory-host.ts";

const load = (text: string) => loadConfig(memoryHost({ "/c.yaml": text }).files, "/c.yaml");

const good = `workloads:
  - name: chat
    match: { runtime: mlx_lm.server, flags: { --port: "8080" } }
    expect: always
  - name: night-training
    match: { program: train.py, user: ada }
`;

describe("config", () => {
  it("loads workloads in order; absence is no fault unless the config says so", () => {
    assert.deepEqual(load(good), {
      workloads: [
        {
          name: "chat",
          match: { runtime: "mlx_lm.server", flags: { "--port": "8080" } },
          expect: "always",
        },
        { name: "night-training", match: { program: "train.py", user: "ada" }, expect: "never" },
      ],
    });
  });

  it("loads conditions on the unit and the environment", () => {
    const text = `workloads:
  - name: chat
    match: { unit: chat.service, environment: { MLX_RANK: "0", MLX_HEADROOM_ROOM: blue } }
`;
    assert.deepEqual(load(text).workloads[0]?.match, {
      unit: ["chat.service"],
      environment: { MLX_RANK: ["0"], MLX_HEADROOM_ROOM: ["blue"] },
    });
  });

  it("loads the label of a launchd job as a unit, one without a dot after a backslash", () => {
    const text = `workloads:
  - name: chat
    match: { unit: [local.chat, homebrew.mxcl.omlx, '\\chat'] }
`;
    const unit = ["local.chat", "homebrew.mxcl.omlx", "\\chat"];
    assert.deepEqual(load(text).workloads[0]?.match, { unit });
    assert.ok(matchesGlob(unit, "chat"));
  });

  it("loads conditions on the container and the pod, each one value or a list", () => {
    const text = `workloads:
  - name: chat
    match:
      unit: ["mlx-*", batch.scope]
      container: { image: "ghcr.io/acme/*", label: { app: [chat, "chat-*"] } }
      pod: { namespace: ml, label: { app.kubernetes.io/name: chat } }
`;
    assert.deepEqual(load(text).workloads[0]?.match, {
      unit: ["mlx-*", "batch.scope"],
      container: { image: ["ghcr.io/acme/*"], label: { app: ["chat", "chat-*"] } },
      pod: { namespace: ["ml"], label: { "app.kubernetes.io/name": ["chat"] } },
    });
  });

  const probed = (probe: string) =>
    `workloads:\n  - name: a\n    match: { user: ada }\n    probe: { url: "http://127.0.0.1:8080", ${probe} }\n`;

  it("loads a probe with what it does not say filled in", () => {
    assert.deepEqual(load(probed("")).workloads[0]?.probe, {
      url: "http://127.0.0.1:8080",
      kind: "chat",
      prompt: "Hi",
      intervalSeconds: 60,
      timeoutSeconds: 30,
    });
    const timeout = (text: string) => load(probed(text)).workloads[0]?.probe?.timeoutSeconds;
    assert.equal(timeout("interval: 20s"), 20, "no more than the interval");
    assert.equal(timeout("interval: 1h30m, timeout: 2m5s"), 125);
    assert.equal(timeout("interval: 1d, timeout: 1d"), 86_400);
  });

  it("loads all that a probe can be told, and finds its token beside the config", () => {
    const text =
      "kind: completion, model: m, prompt: p, expect: e, interval: 2s, timeout: 1s, bearerTokenFile: t";
    const { files } = memoryHost({ "/etc/mlx/c.yaml": probed(text) });
    assert.deepEqual(loadConfig(files, "/etc/mlx/c.yaml").workloads[0]?.probe, {
      url: "http://127.0.0.1:8080",
      kind: "completion",
      model: "m",
      prompt: "p",
      expect: "e",
      intervalSeconds: 2,
      timeoutSeconds: 1,
      bearerTokenFile: "/etc/mlx/t",
    });
    const absolute = load(probed("bearerTokenFile: /run/t")).workloads[0]?.probe;
    assert.equal(absolute?.bearerTokenFile, "/run/t");
  });

  it("repeats no password of a URL", () => {
    const text = probed("").replace("http://", "http://ada:hunter2@");
    assert.throws(
      () => load(text),
      (error: Error) => {
        assert.match(
          error.message,
          /^\/c\.yaml:4: .*without a name and password.*\/\/…@127\.0\.0\.1/,
        );
        return !error.message.includes("hunter2");
      },
    );
  });

  it("takes an empty mapping for no workloads", () => {
    assert.deepEqual(load("{}\n"), { workloads: [] });
  });

  for (const [what, text, sentence] of [
    [
      "a misspelt key",
      good.replace("expect:", "expcet:"),
      /^\/c\.yaml:4: 'workloads\.0\.expcet' is not a known key \(did you mean expect\?\)/,
    ],
    [
      "a misspelt key that is missed under its right name",
      "workloads:\n  - match: { user: ada }\n    nmae: chat\n",
      /^\/c\.yaml:3: 'workloads\.0\.nmae' is not a known key \(did you mean name\?\)/,
    ],
    [
      "a missing key",
      "workloads:\n  - name: chat\n",
      /^\/c\.yaml:2: 'workloads\.0\.match' is missing: expected a map/,
    ],
    [
      "a name that is none",
      good.replace("name: chat", "name: my chat"),
      /^\/c\.yaml:2: 'workloads\.0\.name' must be 1 to 63 letters.*but "my chat" was found/,
    ],
    [
      "a name given twice",
      good.replace("night-training", "chat"),
      /^\/c\.yaml:5: 'workloads\.1\.name' must be a name that no other workload has, but "chat" was found/,
    ],
    [
      "a number where text is meant",
      good.replace('"8080"', "8080"),
      /^\/c\.yaml:3: .*must be text: put it in quotes, but 8080 was found/,
    ],
    ["a flag without dashes", good.replace("--port:", "port:"), /^\/c\.yaml:3: .*such as --port/],
    [
      "conditions that match anything",
      "workloads:\n  - name: a\n    match: {}\n",
      /^\/c\.yaml:3: 'workloads\.0\.match' must be at least one of/,
    ],
    [
      "an unknown expectation",
      good.replace("always", "often"),
      /^\/c\.yaml:4: 'workloads\.0\.expect' must be always or never, but "often" was found/,
    ],
    [
      "a variable that no rule may read",
      "workloads:\n  - name: a\n    match:\n      environment: { API_KEY: x }\n",
      /^\/c\.yaml:4: 'workloads\.0\.match\.environment\.API_KEY' is not a known key: expected MLX_RANK or a name that starts with MLX_HEADROOM_/,
    ],
    [
      "a misspelt variable",
      "workloads:\n  - name: a\n    match:\n      environment: { MLX_RANKS: x }\n",
      /MLX_RANKS' is not a known key \(did you mean MLX_RANK\?\)/,
    ],
    [
      "a variable's value that is no text",
      "workloads:\n  - name: a\n    match:\n      environment: { MLX_RANK: 0 }\n",
      /^\/c\.yaml:4: .*MLX_RANK' must be text in quotes, or a list of such texts, but 0 was found/,
    ],
    [
      "an empty environment, which would match anything",
      "workloads:\n  - name: a\n    match:\n      environment: {}\n",
      /^\/c\.yaml:4: 'workloads\.0\.match\.environment' must be a map of at least one variable/,
    ],
    [
      "no condition on a container",
      "workloads:\n  - name: a\n    match: { container: {} }\n",
      /^\/c\.yaml:3: 'workloads\.0\.match\.container' must be at least one of name, image or label/,
    ],
    [
      "an empty list, which would match nothing",
      "workloads:\n  - name: a\n    match: { pod: { namespace: [] } }\n",
      /^\/c\.yaml:3: 'workloads\.0\.match\.pod\.namespace' must be a list of at least one/,
    ],
    [
      "a unit that is no service",
      "workloads:\n  - name: a\n    match: { unit: chat }\n",
      /^\/c\.yaml:3: 'workloads\.0\.match\.unit' must be the name of a systemd service or scope, such as chat\.service, or the label of a launchd job, such as local\.chat, but "chat" was found/,
    ],
    [
      "a unit in which nothing runs",
      "workloads:\n  - name: a\n    match: { unit: [a.service, ml.slice] }\n",
      /^\/c\.yaml:3: 'workloads\.0\.match\.unit' must be the name of a systemd service or scope/,
    ],
    [
      "a probe of a file",
      probed("").replace("http:", "file:"),
      /^\/c\.yaml:4: 'workloads\.0\.probe\.url' must be an http or https URL/,
    ],
    ["a probe of no host", probed("").replace("127.0.0.1:8080", ""), /probe\.url' must be an http/],
    ["a probe without a unit", probed("interval: 60"), /probe\.interval' must be a length of time/],
    [
      "a probe without end",
      probed('interval: ""'),
      /probe\.interval' must be a length of time from 1s/,
    ],
    [
      "a probe each zero seconds",
      probed("interval: 0s"),
      /probe\.interval' must be .* from 1s to 1d/,
    ],
    [
      "a probe less often than daily",
      probed("interval: 1d1s"),
      /probe\.interval' must be .* to 1d/,
    ],
    [
      "a probe that may outlast its interval",
      probed("interval: 10s, timeout: 11s"),
      /^\/c\.yaml:4: 'workloads\.0\.probe\.timeout' must be at most the interval, which is 10s, but "11s" was found/,
    ],
    ["a probe without a prompt", probed('prompt: ""'), /probe\.prompt' must be text/],
    ["a probe of no kind", probed("kind: embedding"), /probe\.kind' must be chat or completion/],
    ["broken YAML", "workloads:\n  - name: [chat\n", /^\/c\.yaml:\d: this is not valid YAML/],
    ["a list instead of a mapping", "- chat\n", /^\/c\.yaml:1: 'the document' must be a map/],
  ] as const) {
    it(`names file, line and key for ${what}`, () => {
      assert.throws(() => load(text), { name: "UserError", message: sentence });
    });
  }

  it("tells an absent file from a forbidden one, and names the flag", () => {
    const { files } = memoryHost({ "/shut.yaml": "forbidden" });
    assert.throws(
      () => loadConfig(files, "/none.yaml"),
      /\/none\.yaml does not exist\. Check the path given with --config\.file/,
    );
    assert.throws(() => loadConfig(files, "/shut.yaml"), /\/shut\.yaml may not be read/);
  });
});
