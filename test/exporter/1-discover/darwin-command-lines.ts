import type { Role } from "../../../src/model/process.ts";

// Longer than a file should be: it is one table, a row to a command line.

/** What discovery makes of a process. */
export interface Found {
  readonly runtime: string;
  readonly role: Role;
  readonly workload: string;
  readonly model?: string;
  readonly port?: number;
}

/** A command line of a Mac, and what discovery must make of it. */
export interface DarwinCommandLine {
  readonly argv: readonly string[];
  readonly shortName?: string;
  /** What the exact arguments say; nothing of what is not MLX. */
  readonly exact?: Found;
  /** What the text of ps says, where that is less. */
  readonly text?: Found | "nothing";
}

type Values = { readonly model?: string; readonly port?: number };

/** Told by the text as well as by the exact arguments. A string is cut at blanks. */
function both(
  line: Line,
  runtime: string,
  role: Role,
  workload: string,
  values: Values = {},
  shortName?: string,
): DarwinCommandLine {
  return {
    argv: elements(line),
    exact: { runtime, role, workload, ...values },
    ...(shortName !== undefined && { shortName }),
  };
}

/** Of which the text tells no model, no port, or neither. */
function less(
  line: Line,
  runtime: string,
  role: Role,
  [workload, values]: readonly [string, Values],
  [short, fewer]: readonly [string, Values],
): DarwinCommandLine {
  return {
    argv: elements(line),
    exact: { runtime, role, workload, ...values },
    text: { runtime, role, workload: short, ...fewer },
  };
}

/** That the text cannot tell to be MLX. */
function unseen(
  line: Line,
  runtime: string,
  role: Role,
  workload: string,
  values: Values = {},
): DarwinCommandLine {
  return { ...both(line, runtime, role, workload, values), text: "nothing" };
}

function not(line: Line, shortName?: string): DarwinCommandLine {
  return { argv: elements(line), ...(shortName !== undefined && { shortName }) };
}

type Line = string | readonly string[];

function elements(line: Line): readonly string[] {
  return typeof line === "string" ? line.split(" ") : line;
}

const qwen = "mlx-community/Qwen3-4B-4bit";
const q = "mlx_lm.server:Qwen3-4B-4bit";
const brew =
  "/opt/homebrew/Cellar/python@3.12/3.12.9/Frameworks/Python.framework/Versions/3.12/Resources/Python.app/Contents/MacOS/Python";
const xcode =
  "/Library/Developer/CommandLineTools/Library/Frameworks/Python3.framework/Versions/3.9/Resources/Python.app/Contents/MacOS/Python";
const org =
  "/Library/Frameworks/Python.framework/Versions/3.13/Resources/Python.app/Contents/MacOS/Python";
const uv = "/Users/dev/chat/.venv/bin/python3";
const conda = "/opt/homebrew/Caskroom/miniforge/base/envs/mlx/bin/python";
const pyenv = "/Users/dev/.pyenv/versions/3.12.4/bin/python3.12";
const bin = "/Users/dev/chat/.venv/bin";
const studio = "/Users/dev/.lmstudio/.internal/utils/node";
const snapshot =
  "/Users/dev/.cache/huggingface/hub/models--mlx-community--Qwen3-4B-4bit/snapshots/4dcb3d10";
const thinking = `{"enable_thinking": false, "reasoning_effort": "medium"}`;
const spawn =
  "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=9)";

/** One command line per row; prettier would make ten of it. */
// prettier-ignore
export const darwinCommandLines: readonly DarwinCommandLine[] = [
  // Pythons
  both(`${brew} -m mlx_lm.server --model ${qwen} --port 8081`, "mlx_lm.server", "server", q, { model: qwen, port: 8081 }),
  both(`${brew} ${bin}/mlx_lm.server --model ${qwen}`, "mlx_lm.server", "server", q, { model: qwen }),
  both(`${xcode} -m mlx_lm server`, "mlx_lm.server", "server", "mlx_lm.server"),
  both(`${org} -m mlx_lm.server --port=8082`, "mlx_lm.server", "server", "mlx_lm.server", { port: 8082 }),
  both(`Python -m mlx_lm.server --model ${qwen}`, "mlx_lm.server", "server", q, { model: qwen }),
  both(`${uv} ${bin}/mlx_lm.server --model ${qwen} --trust-remote-code --port 8081`, "mlx_lm.server", "server", q, { model: qwen, port: 8081 }, "python3.13"),
  both(`${conda} -u -m mlx_lm.server --mod ${qwen}`, "mlx_lm.server", "server", q, { model: qwen }, "python3.12"),
  both(`${pyenv} -X dev -m mlx_lm.lora --train --data d --model ${qwen}`, "mlx_lm.lora", "job", "mlx_lm.lora:Qwen3-4B-4bit", { model: qwen }),
  both(`/opt/homebrew/bin/python3.12 /src/mlx-lm/mlx_lm/server.py --model ${snapshot}`, "mlx_lm.server", "server", q, { model: snapshot }),
  both(`pythonw -m mlx_lm.server`, "mlx_lm.server", "server", "mlx_lm.server"),
  both(`${brew} -m mlx_lm.generate --model ${qwen} --max-tokens 100 --prompt hello`, "mlx_lm.generate", "job", "mlx_lm.generate:Qwen3-4B-4bit", { model: qwen }),
  both(["/Users/dev/My Projects/venv/bin/python3", "-m", "mlx_lm.server", "--model", qwen], "mlx_lm.server", "server", q, { model: qwen }, "python3.12"),
  both(["/Users/dev/My Projects/venv/bin/python3", "/Users/dev/My Projects/venv/bin/mlx_lm.server", "--port", "8081"], "mlx_lm.server", "server", "mlx_lm.server", { port: 8081 }, "python3.12"),
  both(["/Volumes/Foo - Bar/bin/python", "-m", "mlx_lm.server"], "mlx_lm.server", "server", "mlx_lm.server", {}, "python3.12"),
  both(["/Users/dev/Library/Application Support/env/bin/python3", "-m", "mlx_lm.server"], "mlx_lm.server", "server", "mlx_lm.server", {}, "python3.12"),
  both([`My Env/bin/python`, "-m", "mlx_lm.server"], "mlx_lm.server", "server", "mlx_lm.server"),
  unseen([brew, "/Users/dev/My Projects/venv/bin/mlx_lm.server", "--port", "8081"], "mlx_lm.server", "server", "mlx_lm.server", { port: 8081 }),
  unseen([brew, "/Users/dev/My Projects/mlx-lm/mlx_lm/server.py"], "mlx_lm.server", "server", "mlx_lm.server"),

  // How values are written
  both(["mlx_lm.server", "--model", "/Users/dev/My Models/Qwen3 4B", "--port", "8081"], "mlx_lm.server", "server", "mlx_lm.server:Qwen3-4B", { model: "/Users/dev/My Models/Qwen3 4B", port: 8081 }),
  both(["mlx_lm.server", "--model=/Users/dev/My Models/x", "--port=8081"], "mlx_lm.server", "server", "mlx_lm.server:x", { model: "/Users/dev/My Models/x", port: 8081 }),
  both(["mlx_lm.server", "--port", "8081", "--model", "/Volumes/T7 Shield/q"], "mlx_lm.server", "server", "mlx_lm.server:q", { model: "/Volumes/T7 Shield/q", port: 8081 }),
  both(["mlx_lm.server", "--adapter-path", "/Users/dev/My Adapters/a", "--port", "8081"], "mlx_lm.server", "server", "mlx_lm.server", { port: 8081 }),
  both(["mlx_lm.server", "--chat-template-args", thinking, "--port", "8081", "--model", qwen], "mlx_lm.server", "server", q, { model: qwen, port: 8081 }),
  both(["mlx_lm.server", `--chat-template-args=${thinking}`, "--port", "8081"], "mlx_lm.server", "server", "mlx_lm.server", { port: 8081 }),
  both(["mlx_lm.server", "--chat-template-args", `{"a": "}} \\" --port 9", "b": [1, -2]}`, "--port", "8081"], "mlx_lm.server", "server", "mlx_lm.server", { port: 8081 }),
  both(["mlx_lm.server", "--chat-template-args", "{\n  \"a\": 1\n}", "--port", "8081"], "mlx_lm.server", "server", "mlx_lm.server", { port: 8081 }),
  both("mlx_lm.server --temp -1 --min-p -.5 --port 8081", "mlx_lm.server", "server", "mlx_lm.server", { port: 8081 }),
  both(["mlx_lm.server", "--model", "", "--port", "8081"], "mlx_lm.server", "server", "mlx_lm.server", { port: 8081 }),
  both(["mlx_lm.server", "--model", "/模型/→"], "mlx_lm.server", "server", "mlx_lm.server", { model: "/模型/→" }),
  both("mlx_lm.server --model /models/LLM-base", "mlx_lm.server", "server", "mlx_lm.server:LLM-base", { model: "/models/LLM-base" }),
  both("mlx_lm.server --model a/one --model b/two", "mlx_lm.server", "server", "mlx_lm.server:two", { model: "b/two" }),
  both("mlx_lm.server --model --port 8081", "mlx_lm.server", "server", "mlx_lm.server", { port: 8081 }),
  less(["mlx_lm.server", "--model", "My Model", "--port", "8081"], "mlx_lm.server", "server", ["mlx_lm.server:My-Model", { model: "My Model", port: 8081 }], ["mlx_lm.server", {}]),
  less(["mlx_lm.server", "--port", "8081", "--model", "/Users/dev/Foo - Bar/x"], "mlx_lm.server", "server", ["mlx_lm.server:x", { model: "/Users/dev/Foo - Bar/x", port: 8081 }], ["mlx_lm.server", { port: 8081 }]),
  less(["mlx_lm.server", "--model", "/Models/Qwen -4bit", "--port", "8081"], "mlx_lm.server", "server", ["mlx_lm.server:Qwen--4bit", { model: "/Models/Qwen -4bit", port: 8081 }], ["mlx_lm.server", {}]),
  less(["mlx_lm.server", "--port", "8081", "--model", "/m/x "], "mlx_lm.server", "server", ["mlx_lm.server:x", { model: "/m/x ", port: 8081 }], ["mlx_lm.server", { port: 8081 }]),
  less(["mlx_lm.server", "--port", "8081", "--model", "/m/x\u0001"], "mlx_lm.server", "server", ["mlx_lm.server:x", { model: "/m/x\uFFFD", port: 8081 }], ["mlx_lm.server", { port: 8081 }]),
  less(["mlx_lm.server", "--template", "{% a %} --port 9", "--port", "8081"], "mlx_lm.server", "server", ["mlx_lm.server", { port: 8081 }], ["mlx_lm.server", {}]),
  less(["mlx_lm.server", "--port", "8081", "--chat-template", "a b", "--port", "9"], "mlx_lm.server", "server", ["mlx_lm.server", { port: 9 }], ["mlx_lm.server", {}]),
  less(["mlx_lm.server", "--model", `/a ${"b ".repeat(3000)}b/z`], "mlx_lm.server", "server", ["mlx_lm.server:z", { model: `/a ${"b ".repeat(3000)}`.slice(0, 128) }], ["mlx_lm.server", {}]),
  less(["mlx_lm.server", "--chat-template", "{% for m in x %} --port 9", "--port", "8081"], "mlx_lm.server", "server", ["mlx_lm.server", { port: 8081 }], ["mlx_lm.server", {}]),
  less(["mlx_lm.generate", "--model", qwen, "--prompt", "run mlx_lm.server --model secret"], "mlx_lm.generate", "job", ["mlx_lm.generate:Qwen3-4B-4bit", { model: qwen }], ["mlx_lm.generate", {}]),
  less(["mlx_lm.generate", "--prompt", "hello", "--model", qwen], "mlx_lm.generate", "job", ["mlx_lm.generate:Qwen3-4B-4bit", { model: qwen }], ["mlx_lm.generate", {}]),
  less(["mlx_lm.evaluate", "--tasks", "piqa", "boolq", "--model", qwen], "mlx_lm.evaluate", "job", ["mlx_lm.evaluate:Qwen3-4B-4bit", { model: qwen }], ["mlx_lm.evaluate", {}]),
  less(["mlx_whisper", "my talk.wav", "--model", "m/whisper"], "mlx-whisper", "job", ["mlx-whisper:whisper", { model: "m/whisper" }], ["mlx-whisper", {}]),
  both("mlx_whisper talk.wav --model m/whisper", "mlx-whisper", "job", "mlx-whisper:whisper", { model: "m/whisper" }),

  // Servers in Python
  both(`${uv} ${bin}/vllm-mlx serve ${qwen} --port 8000 --api-key sk-secret`, "vllm-mlx", "server", "vllm-mlx:Qwen3-4B-4bit", { model: qwen, port: 8000 }),
  both([uv, `${bin}/vllm-mlx`, "serve", "/Users/dev/My Models/x", "--port", "8000"], "vllm-mlx", "server", "vllm-mlx:x", { model: "/Users/dev/My Models/x", port: 8000 }),
  less([uv, `${bin}/vllm-mlx`, "serve", "My Model", "--port", "8000"], "vllm-mlx", "server", ["vllm-mlx:My-Model", { model: "My Model", port: 8000 }], ["vllm-mlx", {}]),
  both(`${uv} ${bin}/vllm serve ${qwen} --port 8000`, "vllm-metal", "server", "vllm-metal:Qwen3-4B-4bit", { model: qwen, port: 8000 }),
  both(`${uv} ${bin}/mlx-openai-server launch --model-path ${qwen}`, "mlx-openai-server", "server", "mlx-openai-server:Qwen3-4B-4bit", { model: qwen }),
  both(`${uv} ${bin}/mlx-omni-server --port 10240`, "mlx-omni-server", "server", "mlx-omni-server", { port: 10240 }),
  both(`${uv} ${bin}/mlx_vlm.server --model ${qwen}`, "mlx-vlm", "server", "mlx-vlm:Qwen3-4B-4bit", { model: qwen }),
  both(`${uv} ${bin}/rapid-mlx serve qwen3.5-4b`, "Rapid-MLX", "server", "Rapid-MLX:qwen3.5-4b", { model: "qwen3.5-4b" }),
  both(`/Applications/oMLX.app/Contents/MacOS/omlx-cli serve`, "oMLX", "server", "oMLX"),
  both(["omlx-server", "", "", "", ""], "oMLX", "server", "oMLX", {}, "python3.12"),
  both(`/Applications/EXO.app/Contents/Resources/exo/exo --api-port 52416 --no-worker`, "exo", "server", "exo", { port: 52416 }),
  both(`${uv} ${bin}/exo`, "exo", "server", "exo", {}, "python3.13"),

  both("omlx-server --log a/python3", "oMLX", "server", "oMLX", {}, "python3.12"),
  both("/opt/bin/mlx_whisper /x/python3", "mlx-whisper", "job", "mlx-whisper", {}, "python3.12"),

  // Programs of their own
  both(`/Applications/Ollama.app/Contents/Resources/ollama runner --mlx-engine --model gemma3:27b --port 49200`, "Ollama", "server", "Ollama:gemma3:27b", { model: "gemma3:27b", port: 49200 }),
  both([studio, "--no-warnings", "/Users/dev/.lmstudio/x/llmworker.js"], "LM Studio", "worker", "LM-Studio"),
  both(["/Applications/LM Studio.app/Contents/Resources/app/.webpack/bin/node", "/Applications/LM Studio.app/Contents/Resources/app/.webpack/main/llmworker.js"], "LM Studio", "worker", "LM-Studio"),
  both(["node", "/Users/dev/Library/Application Support/LM Studio.app/x/llmworker.js"], "LM Studio", "worker", "LM-Studio"),
  both(["/Applications/Jan.app/Contents/Resources/resources/bin/mlx-server", "--model", "/Users/dev/Library/Application Support/Jan/data/mlx/models/q", "--port", "3001", "--api-key", "sk-secret"], "Jan", "server", "Jan:q", { model: "/Users/dev/Library/Application Support/Jan/data/mlx/models/q", port: 3001 }),
  both(`./llm-tool eval --model ${qwen} --prompt hi`, "mlx-swift", "job", "mlx-swift:Qwen3-4B-4bit", { model: qwen }),
  both(`/opt/homebrew/bin/mlx-serve --model /m/gemma --serve --port 11235`, "mlx-serve", "server", "mlx-serve:gemma", { model: "/m/gemma", port: 11235 }),
  unseen(["mlx-serve", "--model", "m", "--system", "be brief", "--serve"], "mlx-serve", "server", "mlx-serve:m", { model: "m" }),
  less(["mlx-serve", "run", "/m/gemma", "hello there"], "mlx-serve", "server", ["mlx-serve:gemma", { model: "/m/gemma" }], ["mlx-serve", {}]),
  both(`/opt/homebrew/bin/mlxcel-server -m Q --port 8080`, "mlxcel", "server", "mlxcel:Q", { model: "Q", port: 8080 }),
  both(`/Applications/Osaurus.app/Contents/MacOS/osaurus`, "Osaurus", "server", "Osaurus"),
  both(`${uv} ${bin}/mflux-generate --model schnell --steps 4`, "mflux", "job", "mflux:schnell", { model: "schnell" }),

  // What is not MLX
  not(`uv run mlx_lm.server --model ${qwen}`),
  not(`${uv} ${bin}/mlx.launch -n 2 ${bin}/mlx_lm.server --model ${qwen}`),
  not(["ssh", "-tt", "mac2", "export MLX_RANK=1; exec mlx_lm.server --model x"]),
  not(["/bin/zsh", "-c", "mlx_lm.server --model m; echo done"]),
  not(["-zsh", "-lc", "mlx_lm.server"], "zsh"),
  not("caffeinate -i mlx_lm.server"),
  not(["tmux", "new-session", "-d", "mlx_lm.server --port 1"]),
  not("grep -r mlx_lm.server ."),
  not(["grep", "python -m mlx_lm.server"]),
  not("vim /src/mlx_lm/server.py"),
  not(["/Applications/Visual Studio Code.app/Contents/MacOS/Electron", "/src/mlx_lm/server.py"]),
  not(["/Applications/Visual Studio Code.app/Contents/Frameworks/Code Helper (Plugin).app/Contents/MacOS/Code Helper (Plugin)", "--type=utility", "/src/mlx"]),
  not("gcc fdf.c -Lmlx -lmlx -framework OpenGL -framework AppKit"),
  not("./fdf maps/42.fdf"),
  not("mlxlink -d mlx5_0"),
  not(`${uv} -m pip install mlx-lm`),
  not("ollama serve"),
  not("ollama runner --ollama-engine --model /m/mlx"),
  not("/opt/homebrew/bin/llama-server -m /models/mlx-community/X-MLX-4bit.gguf"),
  not([brew, "-c", "import mlx_lm.server; mlx_lm.server.main()"]),
  not([brew, "-c", spawn, "--multiprocessing-fork"]),
  not([brew, "-c", "from multiprocessing.resource_tracker import main;main(5)"]),
  not("/Applications/EXO.app/Contents/Resources/exo/exo --multiprocessing-fork tracker_fd=5 pipe_handle=9"),
  not(["mlx_lm.generate", "--prompt", "--multiprocessing-fork"]),
  not([brew, "/Users/dev/exo stuff/run.py"]),
  not([brew, "/Users/dev/mlx_lm.server old/run.py", "--port", "80"]),
  not([brew, "/Users/dev/omlx serve now/run.py", "--port", "80"]),
  not([brew, "tool.py", "src/mlx_lm/server.py"]),
  not("exo compute instance list"),
  not("node /srv/llmworker.js"),
  not([studio, "/Users/dev/.lmstudio/server.js"]),
];
