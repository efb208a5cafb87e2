import assert from "node:assert/strict";
import { explainDarwin } from "../../../src/exporter/1-discover/darwin-explain.ts";
import { memoryHost } from "../../support/memory-host.ts";
import { darwinCommandLines } from "./darwin-command-lines.ts";
import { type DescribedRow, kernelOf, noKernel, tableOf } from "./darwin-rows.ts";

describe("an explanation on macOS", () => {
  it("lists what matches and what nearly does, sorted by pid, and nothing else", async () => {
    const explanations = await explain([
      { pid: 90, argv: ["bash"] },
      { pid: 40, argv: ["python3", "-m", "mlx_lm.server"] },
      { pid: 41, parent: 40, argv: ["VLLM::EngineCore"] },
      { pid: 30, argv: ["ollama", "serve"] },
      { pid: 70, argv: ["grep", "mlx_lm"] },
    ]);
    assert.deepEqual(explanations, [
      "30 argv[0] is ollama, but ollama runs MLX only as 'runner' with --mlx-engine",
      "40 argv[2] names the module mlx_lm.server",
      "41 a retitled vLLM child of the MLX process 40",
      "70 argv names mlx_lm only as an argument of grep, as far as ps tells, which does not say where arguments end",
    ]);
  });

  it("is there for any process that is asked for, and empty for one that does not exist", async () => {
    const processes = [
      { pid: 5, argv: ["bash"] },
      { pid: 6, parent: 5, argv: ["mlx_lm.server"] },
      { pid: 7, argv: ["mlx_lm.server"], zombie: true, command: "<defunct>" },
      { pid: 8, argv: ["bash"], command: "(bash)" },
      { pid: 9, argv: ["sleep", "9"] },
      { pid: 10, argv: ["bash"], command: "<defunct>" },
    ];
    const reasons: string[] = [];
    for (const { pid } of processes) reasons.push(...(await explain(processes, noKernel, pid)));
    assert.deepEqual(reasons, [
      "5 an ancestor of the exporter itself",
      "6 this is the exporter itself",
      "7 kernel thread or zombie: no command line",
      "8 its command line could not be read",
      "9 no element of the command line names an MLX program",
      "10 its command line could not be read",
    ]);
    assert.deepEqual(await explain(processes, noKernel, 99), []);
    const host = memoryHost({}, { platform: "darwin" });
    const table = { kind: "unlisted", reason: "error", detail: "x" } as const;
    assert.deepEqual(await explainDarwin(host, [], table, noKernel), []);
  });

  // prettier-ignore
  const lost: readonly (readonly [readonly string[], string, string])[] = [
    [
      ["mlx_lm.server", "--chat-template", "a b", "--model", "org/Q"],
      "7 argv[0] is the program mlx_lm.server; ps does not tell where its arguments end, so more may be true of it than is said here",
      "7 argv[0] is the program mlx_lm.server",
    ],
    [
      ["mlx-serve", "--system", "a b", "--serve"],
      "7 argv[0] is mlx-serve, but ps does not tell where its arguments end, and by that it would be MLX or not",
      "7 argv[0] is the program mlx-serve with --serve",
    ],
    [
      ["Python", "/a b/mlx_lm/server.py"],
      "7 argv names mlx_lm.server only as an argument of another program, as far as ps tells, which does not say where arguments end",
      "7 argv[1] is a file of the module mlx_lm.server",
    ],
  ];
  for (const [argv, text, exact] of lost) {
    it(`says that the ends of arguments are lost where that decides: ${argv.join(" ")}`, async () => {
      const processes = [{ pid: 7, argv }];
      assert.deepEqual(await explain(processes, noKernel, 7), [text]);
      assert.deepEqual(await explain(processes, kernelOf(processes).native, 7), [exact]);
    });
  }

  it("says so where a rule turns on an argument that cannot be told", async () => {
    const argv = ["mlx_lm.server", "--chat-template", "a b", "--log-level", "x"];
    const host = memoryHost({}, { platform: "darwin" });
    const match = { flags: { "--log-level": "x" } };
    const rules = [{ name: "chat", match, expect: "never" }] as const;
    const [one] = await explainDarwin(host, rules, tableOf([{ pid: 7, argv }]), noKernel);
    assert.equal(one?.workload, "mlx_lm.server");
    assert.match(one.reason, /ps does not tell where its arguments end/);
  });

  it("never shows what only the command line knows", async () => {
    const secret = "sk-4f1ff1ec";
    for (const line of darwinCommandLines) {
      const argv = [
        ...line.argv,
        "--api-key",
        secret,
        `/tmp/${secret} x/mlx_lm.server`,
        `x;${secret}`,
      ];
      const [reason] = await explain([{ ...line, pid: 7, argv }], noKernel, 7);
      assert.ok(reason?.includes(secret) === false, reason);
    }
  });
});

async function explain(processes: readonly DescribedRow[], native = noKernel, pid?: number) {
  const host = memoryHost({}, { platform: "darwin", pid: 6 });
  const explanations = await explainDarwin(host, [], tableOf(processes), native, pid);
  return explanations.map((one) => `${one.pid} ${one.reason}`);
}
