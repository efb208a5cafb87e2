import assert from "node:assert/strict";
import { createDiscoverer } from "../../../src/exporter/1-discover/discover.ts";
import { explain } from "../../../src/exporter/1-discover/explain.ts";
import type { WorkloadRule } from "../../../src/model/workload-rule.ts";
import { memoryHost } from "../../support/memory-host.ts";
import { type Described, processFiles, roots } from "./process-tree.ts";

const init = { pid: 1, parent: 0, argv: ["/sbin/init"], start: 0 };
const spawned = [
  "/venv/bin/python",
  "-c",
  "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=9)",
  "--multiprocessing-fork",
];
const tracker = ["python", "-c", "from multiprocessing.resource_tracker import main;main(5)"];
const server = ["python", "/venv/bin/mlx_lm.server", "--model", "org/Q", "--port", "8080"];

describe("process trees", () => {
  it("make spawn children workers of the server above them, and leave the resource tracker out", async () => {
    const launch = "launch --model-path org/Q --port 8000".split(" ");
    const seen = await discover([
      { pid: 10, argv: ["python", "/venv/bin/mlx-openai-server", ...launch] },
      { pid: 11, parent: 10, argv: tracker },
      { pid: 12, parent: 10, argv: spawned },
      { pid: 13, parent: 12, argv: ["sh", "-c", "g++ -o /tmp/mlx/0.32.1/cpu/libx.so"] },
      { pid: 14, parent: 13, argv: ["/usr/libexec/gcc/cc1plus"] },
    ]);
    assert.deepEqual(seen, [
      "10 mlx-openai-server server mlx-openai-server:Q org/Q 8000",
      "12 mlx-openai-server worker mlx-openai-server:Q org/Q 8000",
    ]);
  });

  it("find the server past parents that are not MLX", async () => {
    const seen = await discover([
      { pid: 10, argv: ["python", "/venv/bin/mlx-omni-server", "--workers", "2"] },
      { pid: 11, parent: 10, argv: ["sh", "-c", "python"] },
      { pid: 12, parent: 11, argv: spawned },
      { pid: 13, parent: 12, argv: spawned },
    ]);
    assert.deepEqual(seen, [
      "10 mlx-omni-server server mlx-omni-server",
      "12 mlx-omni-server worker mlx-omni-server",
      "13 mlx-omni-server worker mlx-omni-server",
    ]);
  });

  it("count children of a forkserver", async () => {
    const forkserver = ["python", "-c", "from multiprocessing.forkserver import main; main(3, 4)"];
    const seen = await discover([
      { pid: 10, argv: server },
      { pid: 11, parent: 10, argv: forkserver },
      { pid: 12, parent: 11, argv: forkserver },
    ]);
    assert.deepEqual(
      seen.map((line) => line.split(" ")[2]),
      ["server", "worker", "worker"],
    );
  });

  it("count the ranks of mlx.launch and not the launcher", async () => {
    const launcher = ["python", "/venv/bin/mlx.launch", "-n", "2", ...server.slice(1)];
    const seen = await discover([
      { pid: 10, argv: launcher },
      { pid: 11, parent: 10, argv: server, environ: ["MLX_RANK=0", "MLX_HOSTFILE=/tmp/h"] },
      { pid: 12, parent: 10, argv: server, environ: ["MLX_HOSTFILE=/tmp/h", "MLX_RANK=1"] },
    ]);
    assert.deepEqual(seen, [
      "11 mlx_lm.server rank mlx_lm.server:Q org/Q 8080",
      "12 mlx_lm.server rank mlx_lm.server:Q org/Q 8080",
    ]);
  });

  it("count orphaned ranks, whose launcher is gone", async () => {
    const seen = await discover([{ pid: 11, parent: 1, argv: server, environ: ["MLX_RANK=0"] }]);
    assert.deepEqual(seen, ["11 mlx_lm.server rank mlx_lm.server:Q org/Q 8080"]);
  });

  it("count uv run and its child once", async () => {
    const seen = await discover([
      { pid: 10, argv: ["uv", "run", "mlx_lm.server", "--model", "org/Q"] },
      { pid: 11, parent: 10, argv: server },
    ]);
    assert.deepEqual(seen, ["11 mlx_lm.server server mlx_lm.server:Q org/Q 8080"]);
  });

  it("count the child of bash -c, sudo and ssh once", async () => {
    const seen = await discover([
      { pid: 10, argv: ["ssh", "-tt", "mac2", "exec mlx_lm.server --model org/Q"] },
      { pid: 11, argv: ["sudo", "-u", "mlx", "bash", "-c", "mlx_lm.server --model org/Q; x"] },
      { pid: 12, parent: 11, argv: ["bash", "-c", "mlx_lm.server --model org/Q; x"] },
      { pid: 13, parent: 12, argv: server },
    ]);
    assert.deepEqual(seen, ["13 mlx_lm.server server mlx_lm.server:Q org/Q 8080"]);
  });

  it("count a frozen exo's runner as a worker, and vLLM's engine as one of vllm-metal", async () => {
    const exo = "/Applications/EXO.app/Contents/Resources/exo/exo";
    const seen = await discover([
      { pid: 10, argv: [exo, "--api-port", "52415"] },
      { pid: 11, parent: 10, argv: [exo, "--multiprocessing-fork", "pipe_handle=9"] },
      { pid: 12, parent: 10, argv: [exo, "-B", "-S", "-I", ...tracker.slice(1)] },
      { pid: 20, argv: ["python", "/venv/bin/vllm", "serve", "Q"], environ: ["VLLM_METAL_X=1"] },
      { pid: 21, parent: 20, argv: ["VLLM::EngineCore"] },
      { pid: 30, argv: ["python", "/venv/bin/vllm", "serve", "Q"] },
      { pid: 31, parent: 30, argv: ["VLLM::EngineCore"] },
    ]);
    assert.deepEqual(seen, [
      "10 exo server exo 52415",
      "11 exo worker exo 52415",
      "20 vllm-metal server vllm-metal:Q Q",
      "21 vllm-metal worker vllm-metal:Q Q",
    ]);
  });

  it("count Ollama's runner and not its server, and LM Studio's node without a parent", async () => {
    const runner = ["/bin/ollama", "runner", "--mlx-engine", "--model", "q", "--port", "5000"];
    const seen = await discover([
      { pid: 10, argv: ["ollama", "serve"] },
      { pid: 11, parent: 10, argv: runner },
      { pid: 20, argv: ["/opt/lm-studio/lm-studio"] },
      { pid: 21, parent: 20, argv: ["/home/a/.lmstudio/.internal/utils/node", "llmworker.js"] },
    ]);
    assert.deepEqual(seen, ["11 Ollama server Ollama:q q 5000", "21 LM Studio worker LM-Studio"]);
  });

  it("count a fork that shares its parent's command line, and a server its own tool started, as workers", async () => {
    const seen = await discover([
      { pid: 10, argv: server },
      { pid: 11, parent: 10, argv: server },
      { pid: 12, parent: 11, argv: server },
      { pid: 20, argv: ["omlx-cli", "serve", "--model-dir", "/m", "--port", "8000"] },
      { pid: 21, parent: 20, argv: ["omlx-server"] },
      { pid: 30, parent: 10, argv: ["python", "-m", "mlx_lm.generate"] },
    ]);
    assert.deepEqual(seen, [
      "10 mlx_lm.server server mlx_lm.server:Q org/Q 8080",
      "11 mlx_lm.server worker mlx_lm.server:Q org/Q 8080",
      "12 mlx_lm.server worker mlx_lm.server:Q org/Q 8080",
      "20 oMLX server oMLX:m /m 8000",
      "21 oMLX worker oMLX:m /m 8000",
      "30 mlx_lm.generate job mlx_lm.generate",
    ]);
  });

  it("keep two programs of the config apart, and join forks of one", async () => {
    const rules: readonly WorkloadRule[] = [
      { name: "boss", match: { program: "boss.py" }, expect: "always" },
      { name: "train", match: { program: "train.py" }, expect: "never" },
    ];
    const processes = [
      { pid: 10, argv: ["python", "boss.py"] },
      { pid: 11, parent: 10, argv: ["python", "train.py", "--model", "M"] },
      { pid: 12, parent: 11, argv: ["python", "train.py", "--model", "M"] },
      { pid: 13, parent: 11, argv: spawned },
    ];
    assert.deepEqual(await discover(processes, rules), [
      "10 custom job boss",
      "11 custom job train M",
      "12 custom worker train M",
      "13 custom worker train M",
    ]);
  });

  it("give nothing to a child that is older than its parent: that pid was reused", async () => {
    const seen = await discover([
      { pid: 10, start: 500, argv: server },
      { pid: 11, parent: 10, start: 400, argv: spawned },
    ]);
    assert.deepEqual(seen, ["10 mlx_lm.server server mlx_lm.server:Q org/Q 8080"]);
  });

  it("end at rings of parents", async () => {
    const ring = [
      { pid: 10, parent: 12, start: 5, argv: spawned },
      { pid: 11, parent: 10, start: 5, argv: spawned },
      { pid: 12, parent: 11, start: 5, argv: ["sh"] },
      { pid: 13, parent: 13, start: 5, argv: spawned },
    ];
    assert.deepEqual(await discover(ring), []);
  });

  it("say of workers whom they work for", async () => {
    const host = memoryHost(
      processFiles([
        { pid: 10, argv: server },
        { pid: 11, parent: 10, argv: spawned },
        { pid: 12, parent: 10, argv: server },
      ]),
    );
    assert.deepEqual(
      (await explain(host, roots, [])).map(
        ({ pid, role, reason }) => `${pid} ${role ?? ""}: ${reason}`,
      ),
      [
        "10 server: argv[1] is the console script mlx_lm.server",
        "11 worker: a multiprocessing child of the MLX process 10",
        "12 worker: of the same runtime as its ancestor, process 10, and so a worker of it",
      ],
    );
  });
});

/** What is found, one line each: pid, runtime, role, workload, model, port. */
async function discover(processes: readonly Described[], rules: readonly WorkloadRule[] = []) {
  const host = memoryHost(processFiles([init, ...processes]));
  return (await createDiscoverer(host, roots, { rules }).discover()).processes.map(
    ({ pid, runtime, role, workload, model, port }) =>
      [pid, runtime, role, workload, model, port].filter((value) => value !== undefined).join(" "),
  );
}
