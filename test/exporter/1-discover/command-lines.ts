import type { Role } from "../../../src/model/process.ts";

// Longer than a file should be: it is one table, a row to a command line.

/** A command line and what discovery must make of it. */
export interface CommandLine {
  readonly argv: readonly string[];
  readonly environ?: readonly string[] | "forbidden";
  readonly platform?: string;
  readonly expected: Expected | { readonly notMlx: string };
}

export interface Expected {
  readonly runtime: string;
  readonly role: Role;
  readonly model?: string;
  readonly port?: number;
  readonly workload: string;
}

type Around = Pick<CommandLine, "environ" | "platform">;

/** A command line that is MLX. Text is cut at spaces; an element that holds spaces needs the array. */
function mlx(
  line: string | readonly string[],
  runtime: string,
  role: Role,
  workload: string,
  values: { readonly model?: string; readonly port?: number } = {},
  around: Around = {},
): CommandLine {
  return { argv: elements(line), expected: { runtime, role, workload, ...values }, ...around };
}

/** A command line that is not MLX, and a part of the sentence that says why. */
function not(line: string | readonly string[], notMlx: string, around: Around = {}): CommandLine {
  return { argv: elements(line), expected: { notMlx }, ...around };
}

function elements(line: string | readonly string[]): readonly string[] {
  return typeof line === "string" ? line.split(" ") : line;
}

const qwen = "mlx-community/Qwen3-4B-4bit";
const python = "/home/mlx/venv/bin/python3";
const bin = "/home/mlx/venv/bin";
const macPython =
  "/opt/homebrew/Frameworks/Python.framework/Versions/3.12/Resources/Python.app/Contents/MacOS/Python";
const cache =
  "/home/mlx/.cache/huggingface/hub/models--mlx-community--Qwen3-4B-4bit/snapshots/4dcb3d101c2a062e5c1d4bb173588c54ea6c4d25";
const spawn =
  "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=9)";

/** One command line per row; prettier would make ten of it. */
// prettier-ignore
export const commandLines: readonly CommandLine[] = [
  // mlx_lm.server, in every launch form
  mlx(`${python} ${bin}/mlx_lm.server --model ${qwen} --port 8081`, "mlx_lm.server", "server", "mlx_lm.server:Qwen3-4B-4bit", { model: qwen, port: 8081 }),
  mlx(`${python} ${bin}/mlx_lm server --model ${qwen}`, "mlx_lm.server", "server", "mlx_lm.server:Qwen3-4B-4bit", { model: qwen }),
  mlx(`python -m mlx_lm server --model ${qwen} --port 9000`, "mlx_lm.server", "server", "mlx_lm.server:Qwen3-4B-4bit", { model: qwen, port: 9000 }),
  mlx(`python -m mlx_lm.server --model ${qwen}`, "mlx_lm.server", "server", "mlx_lm.server:Qwen3-4B-4bit", { model: qwen }),
  mlx(`python3.12 -m mlx_lm.server`, "mlx_lm.server", "server", "mlx_lm.server"),
  mlx(`python3.13t -m mlx_lm.server`, "mlx_lm.server", "server", "mlx_lm.server"),
  mlx(`pypy3 -m mlx_lm.server`, "mlx_lm.server", "server", "mlx_lm.server"),
  mlx(`${macPython} -m mlx_lm.server --model ${qwen}`, "mlx_lm.server", "server", "mlx_lm.server:Qwen3-4B-4bit", { model: qwen }),
  mlx(`${macPython} /Users/ann/venv/bin/mlx_lm.server --port 8080`, "mlx_lm.server", "server", "mlx_lm.server", { port: 8080 }),
  mlx(`/usr/bin/python3 mlx_lm.server`, "mlx_lm.server", "server", "mlx_lm.server"),
  mlx(`mlx_lm.server --model ${qwen}`, "mlx_lm.server", "server", "mlx_lm.server:Qwen3-4B-4bit", { model: qwen }),
  mlx(`${python} /nix/store/abc-mlx-lm/bin/.mlx_lm.server-wrapped --port 8080`, "mlx_lm.server", "server", "mlx_lm.server", { port: 8080 }),
  mlx(`python -u -m mlx_lm.server`, "mlx_lm.server", "server", "mlx_lm.server"),
  mlx(`python -Bum mlx_lm.server`, "mlx_lm.server", "server", "mlx_lm.server"),
  mlx(`python -mmlx_lm.server --port 81`, "mlx_lm.server", "server", "mlx_lm.server", { port: 81 }),
  mlx(`python -X dev -W ignore -m mlx_lm.server`, "mlx_lm.server", "server", "mlx_lm.server"),
  mlx(`python -Xdev -Wignore -m mlx_lm.server`, "mlx_lm.server", "server", "mlx_lm.server"),
  mlx(`python -IX importtime ${bin}/mlx_lm.server`, "mlx_lm.server", "server", "mlx_lm.server"),
  mlx(`python --check-hash-based-pycs never -m mlx_lm.server`, "mlx_lm.server", "server", "mlx_lm.server"),
  mlx(`python -- ${bin}/mlx_lm.server`, "mlx_lm.server", "server", "mlx_lm.server"),
  mlx(`python /src/mlx-lm/mlx_lm/server.py --model ${qwen}`, "mlx_lm.server", "server", "mlx_lm.server:Qwen3-4B-4bit", { model: qwen }),
  mlx(`python /src/mlx-lm/mlx_lm/__main__.py server --port 8082`, "mlx_lm.server", "server", "mlx_lm.server", { port: 8082 }),
  mlx(`python /src/mlx-lm/mlx_lm server`, "mlx_lm.server", "server", "mlx_lm.server"),
  mlx(`python mlx_lm/server.py`, "mlx_lm.server", "server", "mlx_lm.server"),

  // How model and port are written
  mlx(`mlx_lm.server --model=${qwen} --port=8083`, "mlx_lm.server", "server", "mlx_lm.server:Qwen3-4B-4bit", { model: qwen, port: 8083 }),
  mlx(`mlx_lm.server --mod ${qwen} --po 8084`, "mlx_lm.server", "server", "mlx_lm.server:Qwen3-4B-4bit", { model: qwen, port: 8084 }),
  mlx(`mlx_lm.server --mod=${qwen}`, "mlx_lm.server", "server", "mlx_lm.server:Qwen3-4B-4bit", { model: qwen }),
  mlx(`mlx_lm.server --model a/one --model b/two`, "mlx_lm.server", "server", "mlx_lm.server:two", { model: "b/two" }),
  mlx(`mlx_lm.server --model --port 8080`, "mlx_lm.server", "server", "mlx_lm.server", { port: 8080 }),
  mlx(`mlx_lm.server --draft-model small/one --adapter-path a`, "mlx_lm.server", "server", "mlx_lm.server"),
  mlx(`mlx_lm.server --port 0`, "mlx_lm.server", "server", "mlx_lm.server"),
  mlx(`mlx_lm.server --port 65535`, "mlx_lm.server", "server", "mlx_lm.server", { port: 65535 }),
  mlx(`mlx_lm.server --port 65536`, "mlx_lm.server", "server", "mlx_lm.server"),
  mlx(`mlx_lm.server --port 80a`, "mlx_lm.server", "server", "mlx_lm.server"),
  mlx(["mlx_lm.server", "--model", ""], "mlx_lm.server", "server", "mlx_lm.server"),
  mlx(["mlx_lm.server", "--model", "a\nb\u001b[31m"], "mlx_lm.server", "server", "mlx_lm.server:a-b-31m", { model: "a\uFFFDb\uFFFD[31m" }),
  mlx(["mlx_lm.server", "--model", "/models/My Model (v2)/"], "mlx_lm.server", "server", "mlx_lm.server:My-Model-v2", { model: "/models/My Model (v2)/" }),
  mlx(["mlx_lm.server", "--model", "模型"], "mlx_lm.server", "server", "mlx_lm.server", { model: "模型" }),
  mlx(["mlx_lm.server", "--model", `${"🦙".repeat(127)}abc`], "mlx_lm.server", "server", "mlx_lm.server:abc", { model: `${"🦙".repeat(127)}a` }),
  mlx(`mlx_lm.server --model ${cache}`, "mlx_lm.server", "server", "mlx_lm.server:Qwen3-4B-4bit", { model: cache.slice(0, 128) }),
  mlx(`mlx_lm.server -- --model ${qwen}`, "mlx_lm.server", "server", "mlx_lm.server"),

  // The other commands of mlx_lm
  mlx(`${python} ${bin}/mlx_lm.generate --model ${qwen} --prompt hello`, "mlx_lm.generate", "job", "mlx_lm.generate:Qwen3-4B-4bit", { model: qwen }),
  mlx(["python", "-m", "mlx_lm", "generate", "--prompt", "run mlx_lm.server --port 80"], "mlx_lm.generate", "job", "mlx_lm.generate"),
  mlx(`${python} ${bin}/mlx_lm.chat`, "mlx_lm.chat", "job", "mlx_lm.chat"),
  mlx(`${python} ${bin}/mlx_lm.lora --train --data D --model ${qwen}`, "mlx_lm.lora", "job", "mlx_lm.lora:Qwen3-4B-4bit", { model: qwen }),
  mlx(`python -m mlx_lm.lora -c cfg.yaml`, "mlx_lm.lora", "job", "mlx_lm.lora"),
  mlx(`mlx_lm.convert --hf-path Qwen/Qwen3-4B -q`, "mlx_lm.convert", "job", "mlx_lm.convert:Qwen3-4B", { model: "Qwen/Qwen3-4B" }),
  mlx(`mlx_lm.convert --model Qwen/Qwen3-4B`, "mlx_lm.convert", "job", "mlx_lm.convert:Qwen3-4B", { model: "Qwen/Qwen3-4B" }),
  mlx(`mlx_lm fuse --model M`, "mlx_lm.fuse", "job", "mlx_lm.fuse:M", { model: "M" }),
  mlx(`mlx_lm awq --model M`, "mlx_lm.awq", "job", "mlx_lm.awq:M", { model: "M" }),
  mlx(`python -m mlx_lm.quant.dwq --model M`, "mlx_lm.dwq", "job", "mlx_lm.dwq:M", { model: "M" }),
  mlx(`mlx_lm.dynamic_quant --model M`, "mlx_lm.dynamic_quant", "job", "mlx_lm.dynamic_quant:M", { model: "M" }),
  mlx(`python /src/mlx_lm/quant/gptq.py --model M`, "mlx_lm.gptq", "job", "mlx_lm.gptq:M", { model: "M" }),
  mlx(`mlx_lm.evaluate --model M --tasks winogrande`, "mlx_lm.evaluate", "job", "mlx_lm.evaluate:M", { model: "M" }),
  mlx(`mlx_lm.perplexity --model M`, "mlx_lm.perplexity", "job", "mlx_lm.perplexity:M", { model: "M" }),
  mlx(`python -m mlx_lm benchmark --model M`, "mlx_lm.benchmark", "job", "mlx_lm.benchmark:M", { model: "M" }),
  mlx(`mlx_lm.cache_prompt --model M --prompt-cache-file f`, "mlx_lm.cache_prompt", "job", "mlx_lm.cache_prompt:M", { model: "M" }),

  // mlx-vlm
  mlx(`${python} ${bin}/mlx_vlm.server --model ${qwen} --port 8080`, "mlx-vlm", "server", "mlx-vlm:Qwen3-4B-4bit", { model: qwen, port: 8080 }),
  mlx(`python -m mlx_vlm.server`, "mlx-vlm", "server", "mlx-vlm"),
  mlx(`python -m mlx_vlm server --tts-model t`, "mlx-vlm", "server", "mlx-vlm"),
  mlx(`python -m mlx_vlm.generate --model M --image a.png`, "mlx-vlm", "job", "mlx-vlm:M", { model: "M" }),
  mlx(`python -m mlx_vlm generate --model M`, "mlx-vlm", "job", "mlx-vlm:M", { model: "M" }),
  mlx(`python -m mlx_vlm chat --model M`, "mlx-vlm", "job", "mlx-vlm:M", { model: "M" }),
  mlx(`mlx_vlm.chat_ui --model M`, "mlx-vlm", "job", "mlx-vlm:M", { model: "M" }),
  mlx(`mlx_vlm.convert --hf-path H/M`, "mlx-vlm", "job", "mlx-vlm:M", { model: "H/M" }),
  mlx(`python -m mlx_vlm.lora --dataset d`, "mlx-vlm", "job", "mlx-vlm"),
  mlx(`python /src/mlx_vlm/video_generate.py --model M`, "mlx-vlm", "job", "mlx-vlm:M", { model: "M" }),

  // Servers in Python
  mlx(`${python} ${bin}/mlx-openai-server launch --model-path ${qwen} --port 8000`, "mlx-openai-server", "server", "mlx-openai-server:Qwen3-4B-4bit", { model: qwen, port: 8000 }),
  mlx(`${python} ${bin}/mlx-openai-server launch --config models.yaml`, "mlx-openai-server", "server", "mlx-openai-server"),
  mlx(`${python} ${bin}/mlx-openai-server launch --model-pa ${qwen}`, "mlx-openai-server", "server", "mlx-openai-server"),
  mlx(`${python} ${bin}/mlx-omni-server --port 10240 --workers 2`, "mlx-omni-server", "server", "mlx-omni-server", { port: 10240 }),
  mlx(`python -m mlx_omni_server.main`, "mlx-omni-server", "server", "mlx-omni-server"),
  mlx(`${python} ${bin}/vllm-mlx serve ${qwen} --port 8000 --api-key sk-secret`, "vllm-mlx", "server", "vllm-mlx:Qwen3-4B-4bit", { model: qwen, port: 8000 }),
  mlx(`python -m vllm_mlx.cli serve ${qwen}`, "vllm-mlx", "server", "vllm-mlx:Qwen3-4B-4bit", { model: qwen }),
  mlx(`python -m vllm_mlx.server --model ${qwen}`, "vllm-mlx", "server", "vllm-mlx:Qwen3-4B-4bit", { model: qwen }),
  mlx(`vllm-mlx serve --api-key sk-secret ${qwen}`, "vllm-mlx", "server", "vllm-mlx"),
  mlx(`${python} ${bin}/rapid-mlx serve qwen3.5-4b`, "Rapid-MLX", "server", "Rapid-MLX:qwen3.5-4b", { model: "qwen3.5-4b" }),
  mlx(`${python} ${bin}/rmlx serve qwen3.5-4b --port 8001`, "Rapid-MLX", "server", "Rapid-MLX:qwen3.5-4b", { model: "qwen3.5-4b", port: 8001 }),
  mlx(`${python} ${bin}/vllm serve ${qwen} --port 8000`, "vllm-metal", "server", "vllm-metal:Qwen3-4B-4bit", { model: qwen, port: 8000 }, { platform: "darwin" }),
  mlx(`${python} ${bin}/vllm serve ${qwen}`, "vllm-metal", "server", "vllm-metal:Qwen3-4B-4bit", { model: qwen }, { environ: ["PATH=/bin", "VLLM_METAL_MEMORY_FRACTION=0.5"] }),
  mlx(`python -m vllm.entrypoints.openai.api_server --model ${qwen}`, "vllm-metal", "server", "vllm-metal:Qwen3-4B-4bit", { model: qwen }, { environ: ["VLLM_METAL_USE_MLX=1"] }),
  mlx(`${python} ${bin}/omlx serve --model-dir /models --port 8000`, "oMLX", "server", "oMLX:models", { model: "/models", port: 8000 }),
  mlx(`/Applications/oMLX.app/Contents/MacOS/omlx-cli serve`, "oMLX", "server", "oMLX"),
  mlx(`omlx-server`, "oMLX", "server", "oMLX"),
  mlx(["omlx-server", "", "", ""], "oMLX", "server", "oMLX"),
  mlx(`${python} ${bin}/exo`, "exo", "server", "exo"),
  mlx(`/Applications/EXO.app/Contents/Resources/exo/exo --api-port 52416 --no-worker -v`, "exo", "server", "exo", { port: 52416 }),
  mlx(`python -m exo --namespace lab`, "exo", "server", "exo"),
  mlx(`${python} ${bin}/mlx_audio.server --port 8000`, "mlx-audio", "server", "mlx-audio", { port: 8000 }),
  mlx(`python -m mlx_audio.server`, "mlx-audio", "server", "mlx-audio"),
  mlx(`python -m mlx_audio.tts.generate --model prince/Kokoro --text hi`, "mlx-audio", "job", "mlx-audio:Kokoro", { model: "prince/Kokoro" }),
  mlx(`mlx_audio.stt.generate --model M`, "mlx-audio", "job", "mlx-audio:M", { model: "M" }),
  mlx(`mlx_audio.sts.generate`, "mlx-audio", "job", "mlx-audio"),
  mlx(`mlx_audio.music.generate --model M`, "mlx-audio", "job", "mlx-audio:M", { model: "M" }),
  mlx(`python /src/mlx_audio/tts/generate.py`, "mlx-audio", "job", "mlx-audio"),
  mlx(`mlx_audio.convert --hf-path H/M`, "mlx-audio", "job", "mlx-audio:M", { model: "H/M" }),

  // Jobs in Python
  mlx(`${python} ${bin}/mlx_whisper talk.wav --model mlx-community/whisper-tiny`, "mlx-whisper", "job", "mlx-whisper:whisper-tiny", { model: "mlx-community/whisper-tiny" }),
  mlx(`python -m mlx_whisper.cli talk.wav`, "mlx-whisper", "job", "mlx-whisper"),
  mlx(`${python} ${bin}/f5-tts-mlx --text hi`, "f5-tts-mlx", "job", "f5-tts-mlx"),
  mlx(`python -m f5_tts_mlx.generate --model M`, "f5-tts-mlx", "job", "f5-tts-mlx:M", { model: "M" }),
  mlx(`${python} ${bin}/mflux-generate --model schnell --prompt x`, "mflux", "job", "mflux:schnell", { model: "schnell" }),
  mlx(`${python} ${bin}/mflux-generate-z-image-turbo -m z`, "mflux", "job", "mflux:z", { model: "z" }),
  mlx(`${python} ${bin}/mflux-train --config c.json`, "mflux", "job", "mflux"),
  mlx(`${python} ${bin}/mflux-save --model dev`, "mflux", "job", "mflux:dev", { model: "dev" }),
  mlx(`${python} ${bin}/mflux-upscale-seedvr2`, "mflux", "job", "mflux"),
  mlx(`${python} ${bin}/diffusionkit-cli --model-version argmaxinc/mlx-FLUX.1-schnell`, "DiffusionKit", "job", "DiffusionKit:mlx-FLUX.1-schnell", { model: "argmaxinc/mlx-FLUX.1-schnell" }),

  // Native programs
  mlx(`/opt/ollama/bin/ollama runner --mlx-engine --model gemma3:27b --port 49200`, "Ollama", "server", "Ollama:gemma3:27b", { model: "gemma3:27b", port: 49200 }),
  mlx(`/home/mlx/.lmstudio/.internal/utils/node llmworker.js`, "LM Studio", "worker", "LM-Studio"),
  mlx(`/home/mlx/.lmstudio/.internal/utils/node --no-warnings -r hook.js /opt/app/llmworker.js`, "LM Studio", "worker", "LM-Studio"),
  mlx(`node /home/mlx/.cache/lm-studio/x/llmworker.js`, "LM Studio", "worker", "LM-Studio"),
  mlx(`./llm-tool eval --model ${qwen}`, "mlx-swift", "job", "mlx-swift:Qwen3-4B-4bit", { model: qwen }),
  mlx(`image-tool sd --model M`, "mlx-swift", "job", "mlx-swift:M", { model: "M" }),
  mlx(`embedder-tool index`, "mlx-swift", "job", "mlx-swift"),
  mlx(`mnist-tool train`, "mlx-swift", "job", "mlx-swift"),
  mlx(`/opt/Jan/resources/bin/mlx-server --model /models/q --port 3001 --api-key sk-secret`, "Jan", "server", "Jan:q", { model: "/models/q", port: 3001 }),
  mlx(`mlx-server -m /models/q`, "Jan", "server", "Jan:q", { model: "/models/q" }),
  mlx(`mlx-serve serve --port 11234`, "mlx-serve", "server", "mlx-serve", { port: 11234 }),
  mlx(`mlx-serve run gemma4`, "mlx-serve", "server", "mlx-serve:gemma4", { model: "gemma4" }),
  mlx(`mlx-serve --model /m/gemma --serve --port 11235`, "mlx-serve", "server", "mlx-serve:gemma", { model: "/m/gemma", port: 11235 }),
  mlx(`mlx-serve --serve --model-dir /m`, "mlx-serve", "server", "mlx-serve:m", { model: "/m" }),
  mlx(`mlx-serve --model-dir /m`, "mlx-serve", "server", "mlx-serve:m", { model: "/m" }),
  mlx(`mlx-serve --model /m/gemma --prompt hi`, "mlx-serve", "job", "mlx-serve:gemma", { model: "/m/gemma" }),
  mlx(`mlxcel-server -m Q --port 8080`, "mlxcel", "server", "mlxcel:Q", { model: "Q", port: 8080 }),
  mlx(`mlxcel serve -m Q`, "mlxcel", "server", "mlxcel:Q", { model: "Q" }),
  mlx(`mlxcel run mlx-community/Q -p hi`, "mlxcel", "job", "mlxcel:Q", { model: "mlx-community/Q" }),
  mlx(`mlxcel generate -m Q`, "mlxcel", "job", "mlxcel:Q", { model: "Q" }),
  mlx(`/Applications/Osaurus.app/Contents/MacOS/osaurus`, "Osaurus", "server", "Osaurus"),

  // Ranks of mlx.launch
  mlx(`${bin}/mlx_lm.server --model ${qwen}`, "mlx_lm.server", "rank", "mlx_lm.server:Qwen3-4B-4bit", { model: qwen }, { environ: ["MLX_RANK=1", "MLX_HOSTFILE=/tmp/h"] }),
  mlx(`python -m mlx_lm.lora --train`, "mlx_lm.lora", "rank", "mlx_lm.lora", {}, { environ: ["MLX_RANK=0"] }),
  mlx(`python -m mlx_lm.lora --train`, "mlx_lm.lora", "job", "mlx_lm.lora", {}, { environ: ["NOT_MLX_RANK=0", "MLX_RANKS=2"] }),
  mlx(`python -m mlx_lm.lora --train`, "mlx_lm.lora", "job", "mlx_lm.lora", {}, { environ: "forbidden" }),

  // Programs of a runtime that do something else
  not(`${python} ${bin}/vllm serve mlx-community/X-MLX-4bit`, "vllm without vllm-metal", { environ: ["VLLM_PORT=1"] }),
  not(`${python} ${bin}/vllm serve ${qwen}`, "its environment may not be read", { environ: "forbidden" }),
  not(`${python} ${bin}/vllm bench serve`, "argv[1] is vllm, but it does not start with a subcommand", { platform: "darwin" }),
  not(`ollama serve`, "ollama runs MLX only as 'runner' with --mlx-engine"),
  not(`ollama runner --ollama-engine --model /m/mlx`, "ollama runs MLX only as 'runner' with --mlx-engine"),
  not(`ollama run mlx-community/x --mlx-engine`, "ollama runs MLX only"),
  not(`exo compute instance list`, "Exoscale"),
  not(`exo -A prod compute list`, "Exoscale"),
  not(`osaurus serve`, "the engine is in Osaurus.app"),
  not(`/Applications/Osaurus.app/Contents/MacOS/osaurus serve`, "only talks to the app"),
  not(`node /srv/llmworker.js`, "not under a folder of LM Studio"),
  not(`${python} ${bin}/mlx_lm.share --path p`, "handles files and holds no model"),
  not(`mlx_lm.manage --scan`, "handles files and holds no model"),
  not(`mlx_lm.upload --path p`, "handles files and holds no model"),
  not(`mlx_lm manage --scan`, "argv[0] is mlx_lm, but it does not start with a subcommand"),
  not(`python -m mlx_lm --version`, "argv[2] is mlx_lm, but it does not start with a subcommand"),
  not(`omlx launch claude`, "argv[0] is omlx, but"),
  not(`rapid-mlx models`, "argv[0] is rapid-mlx, but"),
  not(`mlx-serve pull qwen3.6:27b`, "argv[0] is mlx-serve, but"),
  not(`mlx-serve launch claude --model x`, "argv[0] is mlx-serve, but"),
  not(`mlxcel list`, "argv[0] is mlxcel, but"),
  not(`mflux-completions --shell zsh`, "handles files and holds no model"),
  not(`mflux-info --model x`, "handles files and holds no model"),
  not(`${python} ${bin}/mflux-lora-library list`, "handles files and holds no model"),
  not(`${python} ${bin}/rapid-mlx-chat`, "a client"),
  not(`${python} ${bin}/vllm-mlx-bench --model m`, "a client"),
  not(`/Applications/oMLX.app/Contents/MacOS/oMLX`, "starts the engine as another program"),
  not(`mlx-run llm-tool eval`, "starts the engine as another program"),
  not(`${python} ${bin}/mlx.launch -n 2 ${bin}/mlx_lm.server --model ${qwen}`, "argv[1] is mlx.launch, the launcher; its ranks are counted"),
  not(`${python} ${bin}/mlx.distributed_config --hosts a,b`, "sets hosts up"),

  // Wrappers that stay alive with the command in their own argv
  not(`uv run mlx_lm.server --model ${qwen}`, "argv[0] is uv, a wrapper; its child is what counts"),
  not(`uvx --from mlx-lm mlx_lm.server`, "argv[0] is uvx, a wrapper"),
  not(`sudo -u mlx mlx_lm.server`, "argv[0] is sudo, a wrapper"),
  not(`timeout 60 mlx_lm.generate`, "argv[0] is timeout, a wrapper"),
  not(`caffeinate -i mlx_lm.server`, "argv[0] is caffeinate, a wrapper"),
  not(`/usr/bin/time -v mlx_lm.server`, "argv[0] is time, a wrapper"),
  not(`script -q log mlx_lm.server`, "argv[0] is script, a wrapper"),
  not(["tmux", "new-session", "-d", "mlx_lm.server --port 1"], "argv[0] is tmux, a wrapper"),
  not(["tmux: server"], "argv[0] is tmux: server, a wrapper"),
  not(`SCREEN -dmS s mlx_lm.server`, "argv[0] is SCREEN, a wrapper"),
  not(["ssh", "-tt", "-o", "LogLevel=QUIET", "mac2", "export MLX_RANK=1; exec mlx_lm.server --model x"], "argv[0] is ssh, a wrapper"),
  not(`docker run --rm img mlx_lm.server`, "argv[0] is docker, a wrapper"),
  not(`docker exec c mlx_lm.server`, "argv[0] is docker, a wrapper"),
  not(`kubectl exec pod -- mlx_lm.server`, "argv[0] is kubectl, a wrapper"),
  not(["bash", "-c", "mlx_lm.server --model m; echo done"], "argv[0] is bash, a wrapper"),
  not(["-zsh", "-lc", "mlx_lm.server"], "argv[0] is zsh, a wrapper"),
  not(`bash ${bin}/mlx_lm.server`, "argv[0] is bash, a wrapper"),
  not(["sh", "-c", "g++ -std=c++17 -O3 -shared -o /tmp/mlx/0.32.1/cpu/libkernel.so /tmp/mlx/0.32.1/cpu/kernel.cpp"], "argv[0] is sh, a wrapper"),
  not(`watch -n1 mlx_lm.server`, "argv[0] is watch, a wrapper"),
  not(`entr -r mlx_lm.server`, "argv[0] is entr, a wrapper"),
  not(`py-spy record -- python -m mlx_lm.server`, "argv[0] is py-spy, a wrapper"),
  not(`lldb -- python -m mlx_lm.server`, "argv[0] is lldb, a wrapper"),
  not(`mpirun -np 2 python -m mlx_lm.lora`, "argv[0] is mpirun, a wrapper"),
  not(`nohup mlx_lm.server`, "argv[0] is nohup, a wrapper"),

  // Readers, editors, installers
  not(`grep mlx`, "no element of the command line names an MLX program"),
  not(`grep -r mlx_lm.server .`, "argv names mlx_lm.server only as an argument of grep"),
  not(`pgrep -f mlx_lm`, "argv names mlx_lm only as an argument of pgrep"),
  not(`vim /src/mlx_lm/server.py`, "argv names mlx_lm.server only as an argument of vim"),
  not(`tail -f mlx_lm.log`, "no element of the command line names an MLX program"),
  not(`less /var/log/mlx_lm.server`, "argv names mlx_lm.server only as an argument of less"),
  not(`node /opt/editor/language-server.js --stdio /home/ann/mlx`, "no element of the command line names an MLX program"),
  not(`${python} ${bin}/pip install mlx-lm`, "argv[1] is pip, which fetches files"),
  not(`python -m pip install mlx-lm mlx_whisper`, "argv[2] is pip, which fetches files"),
  not(`uv pip install mlx`, "argv[0] is uv, a wrapper"),
  not(`${python} ${bin}/hf download mlx-community/Qwen3-4B-4bit`, "argv[1] is hf, which fetches files"),
  not(`git clone https://github.com/ml-explore/mlx-lm`, "argv[0] is git, which fetches files"),
  not(`python -m pytest mlx_lm/server.py`, "argv names mlx_lm.server only as an argument of pytest"),
  not(`python -m debugpy --listen 5678 -m mlx_lm.server`, "argv names mlx_lm.server only as an argument of another program"),
  not(`node /usr/lib/node_modules/mlx-headroom/dist/bin.js serve`, "no element of the command line names an MLX program"),

  // Other programs whose arguments or names hold "mlx"
  not(`llama-server -m /models/mlx-community/X-MLX-4bit.gguf --port 8080`, "no element of the command line names an MLX program"),
  not(`python train.py --model ${qwen}`, "no element of the command line names an MLX program"),
  not(`python /home/ann/mlx/server.py`, "no element of the command line names an MLX program"),
  not(`python /home/ann/mlx_lm.server/app.py`, "no element of the command line names an MLX program"),
  not(["python", "-c", "import mlx_lm.server; mlx_lm.server.main()"], "argv names mlx_lm.server only as an argument of another program"),
  not(["python", "-mlx_lm.server"], "no element of the command line names an MLX program"),
  not(`python`, "no element of the command line names an MLX program"),
  not(`python - mlx_lm.server`, "argv names mlx_lm.server only as an argument of another program"),
  not(`mlx_lm.servers`, "no element of the command line names an MLX program"),
  not(`node ${bin}/mlx_lm.server`, "no element of the command line names an MLX program"),
  not(`mlxconfig -d 0000:03:00.0 query`, "argv[0] is mlxconfig, a tool for Mellanox network cards"),
  not(`mlxlink -d mlx5_0`, "argv[0] is mlxlink, a tool for Mellanox network cards"),
  not(`mlxfwmanager --query`, "a tool for Mellanox network cards"),
  not(`mlxreg -d d`, "a tool for Mellanox network cards"),
  not(`mlxdump -d d`, "a tool for Mellanox network cards"),
  not(`mst status`, "a tool for Mellanox network cards"),
  not(`mstconfig q`, "a tool for Mellanox network cards"),
  not(`mlx90640d --i2c 1`, "a driver of a Melexis sensor"),
  not(`dhtmlx-server`, "another project with mlx in its name"),
  not(`gomlx_benchmark`, "another project with mlx in its name"),
  not(`python -m mlxtend.demo`, "another project with mlx in its name"),
  not(`xamlx build`, "another project with mlx in its name"),
  not(`gcc fdf.c -Lmlx_linux -lmlx_Linux -lXext`, "no element of the command line names an MLX program"),
  not(`make -C minilibx-linux`, "argv[0] is make, a wrapper"),

  // Children without a parent that is MLX
  not(["python", "-c", spawn, "--multiprocessing-fork"], "a multiprocessing child, and no ancestor of it is MLX"),
  not(`/Applications/EXO.app/Contents/Resources/exo/exo --multiprocessing-fork tracker_fd=5 pipe_handle=9`, "a multiprocessing child, and no ancestor"),
  not(`VLLM::EngineCore`, "a retitled vLLM child, and no ancestor of it is MLX"),
  not(["exo", "-B", "-S", "-I", "-c", "from multiprocessing.resource_tracker import main;main(5)"], "the resource tracker"),
  not(["python3", "-c", "from multiprocessing.forkserver import main; main(5, 6, ['__main__'])"], "a multiprocessing child, and no ancestor"),
];
