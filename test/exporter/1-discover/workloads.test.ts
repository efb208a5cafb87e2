import assert from "node:assert/strict";
import fc from "fast-check";
import { createDiscoverer } from "../../../src/exporter/1-discover/discover.ts";
import { explain } from "../../../src/exporter/1-discover/explain.ts";
import { workloadName } from "../../../src/exporter/1-discover/workload-name.ts";
import type { WorkloadMatch, WorkloadRule } from "../../../src/model/workload-rule.ts";
import { memoryHost } from "../../support/memory-host.ts";
import { processFiles, roots } from "./process-tree.ts";

describe("a workload's default name", () => {
  // prettier-ignore
  const names: readonly (readonly [string, string | undefined, string])[] = [
    ["mlx_lm.server", undefined, "mlx_lm.server"],
    ["mlx_lm.server", "mlx-community/Qwen3-4B-4bit", "mlx_lm.server:Qwen3-4B-4bit"],
    ["mlx_lm.server", "/models/Qwen3-4B-4bit//", "mlx_lm.server:Qwen3-4B-4bit"],
    ["mlx_lm.server", "/c/hub/models--org--Qwen3-4B/snapshots/0123abcd/", "mlx_lm.server:Qwen3-4B"],
    ["mlx_lm.server", "/c/hub/models--gpt2/snapshots/0123abcd", "mlx_lm.server:gpt2"],
    ["mlx_lm.server", "models--org--name", "mlx_lm.server:name"],
    ["LM Studio", undefined, "LM-Studio"],
    ["Ollama", "gemma3:27b", "Ollama:gemma3:27b"],
    ["mlx_lm.server", "a b/c d  (e)", "mlx_lm.server:c-d-e"],
    ["mlx_lm.server", "../..", "mlx_lm.server"],
    ["mlx_lm.server", "/", "mlx_lm.server"],
    ["mlx_lm.server", ".hidden", "mlx_lm.server:hidden"],
    ["mlx_lm.server", `/m/${"x".repeat(90)}-4bit`, `mlx_lm.server:${"x".repeat(24)}-${"x".repeat(19)}-4bit`],
  ];
  for (const [runtime, model, expected] of names) {
    it(`is ${expected} for ${runtime} and ${model ?? "no model"}`, () => {
      assert.equal(workloadName(runtime, model), expected);
    });
  }

  it("tells long names apart that differ at the end only", () => {
    const model = "DeepSeek-R1-Distill-Qwen-32B-abliterated-and-then-some-more-mlx";
    const names = [`${model}-4bit`, `${model}-8bit`].map((name) => workloadName("mlx-vlm", name));
    assert.notEqual(names[0], names[1]);
  });

  it("fits the grammar whatever the model is called", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(3), (model, slashes) => {
        const name = workloadName("mlx-openai-server", model + "/".repeat(slashes));
        assert.match(name, /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,62}$/);
      }),
    );
  });
});

describe("a rule of the config", () => {
  const argv = "python /venv/bin/mlx_lm.server --model org/Q --port 8080 --log-level=INFO".split(
    " ",
  );

  // prettier-ignore
  const matches: readonly (readonly [WorkloadMatch, boolean])[] = [
    [{}, true],
    [{ runtime: "mlx_lm.server" }, true],
    [{ runtime: "mlx-vlm" }, false],
    [{ runtime: "custom" }, false],
    [{ program: "mlx_lm.server" }, true],
    [{ program: "mlx_lm" }, false],
    [{ program: "python" }, false],
    [{ flags: { "--port": "8080" } }, true],
    [{ flags: { "--port": "8080", "--model": "org/Q" } }, true],
    [{ flags: { "--port": "8081" } }, false],
    [{ flags: { "--log-level": "INFO" } }, true],
    [{ flags: { "--absent": "" } }, false],
    [{ user: "mlx" }, true],
    [{ user: "1000" }, true],
    [{ user: "root" }, false],
    [{ runtime: "mlx_lm.server", program: "mlx_lm.server", flags: { "--port": "8080" }, user: "mlx" }, true],
    [{ runtime: "mlx_lm.server", program: "mlx_lm.server", flags: { "--port": "8080" }, user: "ann" }, false],
  ];
  for (const [match, holds] of matches) {
    it(`${holds ? "names" : "does not name"} a server by ${JSON.stringify(match)}`, async () => {
      assert.equal(
        (await discover(argv, [rule("chat", match)]))?.workload,
        holds ? "chat" : "mlx_lm.server:Q",
      );
    });
  }

  // prettier-ignore
  const circumstances: readonly (readonly [WorkloadMatch, boolean])[] = [
    [{ unit: ["chat.service"] }, true],
    [{ unit: ["chat"] }, false],
    [{ unit: ["user@501.service"] }, false],
    [{ environment: { MLX_HEADROOM_ROOM: ["blue"] } }, true],
    [{ environment: { MLX_HEADROOM_ROOM: ["blue"], MLX_RANK: ["0"] } }, true],
    [{ environment: { MLX_HEADROOM_ROOM: ["red"] } }, false],
    [{ environment: { MLX_HEADROOM_ROOM: ["blue"], MLX_HEADROOM_X: [""] } }, false],
    [{ environment: { API_KEY: ["sk"] } }, false],
    [{ unit: ["chat.service"], environment: { MLX_RANK: ["0"] } }, true],
    [{ unit: ["other.service", "ch*.service"] }, true],
    [{ environment: { MLX_HEADROOM_ROOM: ["red", "b?ue"] } }, true],
    [{ environment: { MLX_HEADROOM_X: ["*"] } }, false],
    // Nobody knows of containers here.
    [{ container: { name: ["*"] } }, false],
    [{ pod: { namespace: ["*"] } }, false],
  ];
  for (const [match, holds] of circumstances) {
    it(`${holds ? "names" : "does not name"} a server by ${JSON.stringify(match)}`, async () => {
      const host = memoryHost(
        processFiles([
          {
            pid: 7,
            argv,
            environ: ["MLX_HEADROOM_ROOM=blue", "MLX_RANK=0", "API_KEY=sk"],
            cgroup: "0::/user.slice/user@501.service/app.slice/chat.service\n",
          },
        ]),
      );
      const rules = [rule("chat", match)];
      const [found] = (await createDiscoverer(host, roots, { rules }).discover()).processes;
      assert.equal(found?.workload, holds ? "chat" : "mlx_lm.server:Q");
      assert.equal((await explain(host, roots, rules, 7))[0]?.workload, found.workload);
    });
  }

  it("reads no environment of a process that its other conditions leave out", async () => {
    const host = memoryHost(processFiles([{ pid: 7, argv: ["python", "train.py"] }]));
    const environment = { MLX_RANK: ["0"] };
    const matches: readonly WorkloadMatch[] = [
      { program: "other.py", environment },
      { program: "train.py", user: "root", environment },
      { program: "train.py", unit: ["chat.service"], environment },
      { environment },
    ];
    const rules = matches.map((match) => rule("t", match));
    assert.deepEqual((await createDiscoverer(host, roots, { rules }).discover()).processes, []);
    assert.ok(!host.touched.includes("/proc/7/environ"));
  });

  it("with an environment does not hold where that may not be read", async () => {
    const host = memoryHost(processFiles([{ pid: 7, argv, environ: "forbidden" }]));
    const rules = [rule("chat", { environment: { MLX_RANK: ["0"] } })];
    const [found] = (await createDiscoverer(host, roots, { rules }).discover()).processes;
    assert.equal(found?.workload, "mlx_lm.server:Q");
  });

  it("names the workload when it is the first that holds", async () => {
    const rules = [rule("no", { user: "ann" }), rule("first", {}), rule("second", {})];
    assert.equal((await discover(argv, rules))?.workload, "first");
  });

  it("claims a program that no runtime knows: a server with a port, else a job", async () => {
    const rules = [rule("train", { program: "train.py" })];
    const { runtime, role, workload, model, port } =
      (await discover(["python", "-u", "/src/train.py", "--model", "org/Q"], rules)) ?? {};
    assert.deepEqual(
      { runtime, role, workload, model, port },
      { runtime: "custom", role: "job", workload: "train", model: "org/Q", port: undefined },
    );
    const server = await discover(["python", "train.py", "--port=9000"], rules);
    assert.deepEqual([server?.role, server?.port], ["server", 9000]);
    assert.equal((await discover(["python", "train.py", "--port", "x"], rules))?.role, "server");
    assert.equal((await discover(["python", "train.py"], rules, ["MLX_RANK=1"]))?.role, "rank");
  });

  it("claims an unknown program only if its other conditions hold too", async () => {
    const at = async (match: WorkloadMatch) => discover(["python", "train.py"], [rule("t", match)]);
    assert.equal((await at({ program: "train.py", runtime: "custom" }))?.workload, "t");
    assert.equal((await at({ program: "train.py", user: "mlx" }))?.workload, "t");
    assert.equal(await at({ program: "train.py", runtime: "mlx_lm.server" }), undefined);
    assert.equal(await at({ program: "train.py", user: "root" }), undefined);
    assert.equal(await at({ program: "train.py", flags: { "--x": "1" } }), undefined);
    assert.equal(await at({ user: "mlx" }), undefined);
    assert.equal(await at({ runtime: "custom" }), undefined);
    assert.equal(await at({}), undefined);
  });

  it("claims plain vLLM when it asks for it by program", async () => {
    const found = await discover(
      ["vllm", "serve", "Q", "--port", "1"],
      [rule("v", { program: "vllm" })],
    );
    assert.deepEqual([found?.runtime, found?.workload], ["custom", "v"]);
  });

  it("is named in the explanation", async () => {
    const host = memoryHost(
      processFiles([
        { pid: 7, argv },
        { pid: 8, argv: ["train"] },
      ]),
    );
    const rules = [rule("train", { program: "train" }), rule("chat", { runtime: "mlx_lm.server" })];
    assert.deepEqual(
      (await explain(host, roots, rules)).map(({ reason }) => reason),
      [
        "argv[1] is the console script mlx_lm.server; the config's rule chat names the workload",
        "the config's rule train claims its program",
      ],
    );
  });
});

function rule(name: string, match: WorkloadMatch): WorkloadRule {
  return { name, match, expect: "never" };
}

async function discover(
  argv: readonly string[],
  rules: readonly WorkloadRule[],
  environ: readonly string[] = [],
) {
  const host = memoryHost(processFiles([{ pid: 7, argv, environ }]));
  return (await createDiscoverer(host, roots, { rules }).discover()).processes[0];
}
