import assert from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import { memoryHost } from "../support/memory-host.ts";

const load = (text: string) => loadConfig(memoryHost({ "/c.yaml": text }), "/c.yaml");

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

  it("takes an empty mapping for no workloads", () => {
    assert.deepEqual(load("{}\n"), { workloads: [] });
  });

  for (const [what, text, sentence] of [
    [
      "a misspelt key",
      good.replace("expect:", "expcet:"),
      /^\/c\.yaml:4: there is no key 'expcet' in 'workloads\.0'/,
    ],
    ["a missing key", "workloads:\n  - name: chat\n", /^\/c\.yaml:2: 'workloads\.0\.match'/],
    [
      "a name that is none",
      good.replace("name: chat", "name: my chat"),
      /^\/c\.yaml:2: 'workloads\.0\.name': a workload's name has/,
    ],
    [
      "a name given twice",
      good.replace("night-training", "chat"),
      /^\/c\.yaml:5: 'workloads\.1\.name': 'chat' is given twice/,
    ],
    [
      "a number where text is meant",
      good.replace('"8080"', "8080"),
      /^\/c\.yaml:3: .*put it in quotes/,
    ],
    ["a flag without dashes", good.replace("--port:", "port:"), /^\/c\.yaml:3: .*such as --port/],
    [
      "conditions that match anything",
      "workloads:\n  - name: a\n    match: {}\n",
      /^\/c\.yaml:3: 'workloads\.0\.match': give at least one/,
    ],
    [
      "an unknown expectation",
      good.replace("always", "often"),
      /^\/c\.yaml:4: 'workloads\.0\.expect'/,
    ],
    ["broken YAML", "workloads:\n  - name: [chat\n", /^\/c\.yaml:\d: this is not valid YAML/],
    ["a list instead of a mapping", "- chat\n", /^\/c\.yaml:1: the file/],
  ] as const) {
    it(`names file, line and key for ${what}`, () => {
      assert.throws(() => load(text), { name: "UserError", message: sentence });
    });
  }

  it("tells an absent file from a forbidden one, and names the flag", () => {
    const host = memoryHost({ "/shut.yaml": "forbidden" });
    assert.throws(
      () => loadConfig(host, "/none.yaml"),
      /\/none\.yaml does not exist\. Check the path given with --config\.file/,
    );
    assert.throws(() => loadConfig(host, "/shut.yaml"), /\/shut\.yaml may not be read/);
  });
});
