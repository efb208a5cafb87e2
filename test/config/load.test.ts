import assert from "node:assert/strict";
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
      unit: "chat.service",
      environment: { MLX_RANK: "0", MLX_HEADROOM_ROOM: "blue" },
    });
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
      /^\/c\.yaml:4: .*MLX_RANK' must be text: put it in quotes, but 0 was found/,
    ],
    [
      "an empty environment, which would match anything",
      "workloads:\n  - name: a\n    match:\n      environment: {}\n",
      /^\/c\.yaml:4: 'workloads\.0\.match\.environment' must be a map of at least one variable/,
    ],
    [
      "a unit that is no service",
      "workloads:\n  - name: a\n    match: { unit: chat }\n",
      /^\/c\.yaml:3: 'workloads\.0\.match\.unit' must be the name of a systemd service, such as chat\.service, but "chat" was found/,
    ],
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
