import assert from "node:assert/strict";
import { explain } from "../../../src/exporter/1-discover/explain.ts";
import { memoryHost } from "../../support/memory-host.ts";
import { processFiles, roots } from "./process-tree.ts";

const server = ["python", "/venv/bin/mlx_lm.server"];

describe("an explanation", () => {
  it("lists what matches and what nearly does, sorted by pid, and nothing else", async () => {
    const host = memoryHost(
      processFiles([
        { pid: 90, argv: ["bash"] },
        { pid: 10, argv: ["/sbin/init"] },
        { pid: 80, argv: ["bash", "-c", "mlx_lm.server; x"] },
        { pid: 70, argv: ["grep", "mlx_lm"] },
        { pid: 60, argv: ["mlxlink"] },
        { pid: 50, argv: ["python", "/bin/mlx.launch", "-n", "2", "a"] },
        { pid: 40, argv: server },
        { pid: 30, argv: ["ollama", "serve"] },
        { pid: 20, argv: ["VLLM::EngineCore"] },
        { pid: 25, argv: ["python", "x.py", "--multiprocessing-fork"] },
        { pid: 26, argv: ["python", "-c", "from multiprocessing.resource_tracker import main"] },
        { pid: 27, argv: [], kernelThread: true },
      ]),
    );
    assert.deepEqual(
      (await explain(host, roots, [])).map(({ pid, matched }) => `${pid} ${matched}`),
      ["20 false", "30 false", "40 true", "50 false", "60 false", "70 false", "80 false"],
    );
  });

  it("is there for any process that is asked for, and empty for one that does not exist", async () => {
    const host = memoryHost(
      processFiles([
        { pid: 5, argv: ["bash"] },
        { pid: 6, parent: 5, argv: server },
        { pid: 7, argv: [], kernelThread: true },
        { pid: 8, argv: server, state: "D" },
        { pid: 9, argv: server },
        { pid: 10, argv: ["sleep", "1"] },
        { pid: 11, argv: server, state: "Z" },
        { pid: 12, argv: [] },
      ]),
      { pid: 6 },
    );
    host.put("/proc/9/cmdline", "forbidden");
    const reasons: (string | undefined)[] = [];
    for (const pid of [5, 6, 7, 8, 9, 10, 11, 12]) {
      const [explanation, ...more] = await explain(host, roots, [], pid);
      assert.deepEqual([explanation?.pid, explanation?.matched, more], [pid, false, []]);
      reasons.push(explanation?.reason);
    }
    assert.deepEqual(reasons, [
      "an ancestor of the exporter itself",
      "this is the exporter itself",
      "kernel thread or zombie: no command line",
      "in uninterruptible sleep: reading its command line could block for ever",
      "its command line could not be read",
      "no element of the command line names an MLX program",
      "kernel thread or zombie: no command line",
      "kernel thread or zombie: no command line",
    ]);
    assert.ok(!host.touched.includes("/proc/8/cmdline"));
    assert.deepEqual(await explain(host, roots, [], 99), []);
  });

  // prettier-ignore
  const matches: readonly (readonly [readonly string[], string])[] = [
    [server, "argv[1] is the console script mlx_lm.server"],
    [["python", "-m", "mlx_lm", "server"], "argv[2] names the module mlx_lm with the subcommand server"],
    [["python", "-mmlx_lm.server"], "argv[1] names the module mlx_lm.server"],
    [["python", "/x/mlx_lm/server.py"], "argv[1] is a file of the module mlx_lm.server"],
    [["/bin/exo"], "argv[0] is the program exo"],
    [["/bin/mflux-generate-qwen"], "argv[0] is the program mflux-generate-*"],
    [["ollama", "runner", "--mlx-engine"], "argv[0] is the program ollama with the subcommand runner and --mlx-engine"],
    [["node", "/a/.lmstudio/llmworker.js"], "argv[1] is the node script llmworker.js"],
  ];
  for (const [argv, reason] of matches) {
    it(`of a match is "${reason}"`, async () => {
      const host = memoryHost(processFiles([{ pid: 7, argv }]));
      assert.equal((await explain(host, roots, [], 7))[0]?.reason, reason);
    });
  }

  it("tells what made a rank, and what proved vllm-metal", async () => {
    const environ = ["MLX_RANK=0", "VLLM_METAL_X=1"];
    const host = memoryHost(
      processFiles([
        { pid: 7, argv: server, environ },
        { pid: 8, argv: ["vllm", "serve", "M"], environ: ["VLLM_METAL_X=1"] },
      ]),
    );
    assert.deepEqual(
      (await explain(host, roots, [])).map(({ reason }) => reason),
      [
        "argv[1] is the console script mlx_lm.server; MLX_RANK in its environment makes it a rank",
        "argv[0] is the program vllm with the subcommand serve and evidence of vllm-metal",
      ],
    );
  });
});
