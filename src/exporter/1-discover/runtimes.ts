import type { Form, Runtime } from "./runtime.ts";

/**
 * Every runtime that is recognised by its command line; the file is longer than others because it is that one table.
 *
 * Left out on purpose: `mlx_lm.share`, `.manage` and `.upload`, `mlx.launch`, `mlx.distributed_config`, `mlx-run`,
 * chat and benchmark clients, and launchers of apps, which hold no model (`bystanders.ts` knows them). Pico AI Server
 * has no public command line; lightning-whisper-mlx, mlx-embeddings and everyone's own scripts are libraries inside
 * a program of any name. The config's `program` condition claims those.
 */
export const runtimes: readonly Runtime[] = [
  { ...mlxLm("server", "server"), portFlags: ["--port"] },
  mlxLm("generate", "job"),
  mlxLm("chat", "job"),
  mlxLm("lora", "job"),
  { ...mlxLm("convert", "job"), modelFlags: ["--hf-path", "--model"] },
  mlxLm("fuse", "job"),
  mlxLm("awq", "job", "quant."),
  mlxLm("dwq", "job", "quant."),
  mlxLm("dynamic_quant", "job", "quant."),
  mlxLm("gptq", "job", "quant."),
  mlxLm("evaluate", "job"),
  mlxLm("perplexity", "job"),
  mlxLm("benchmark", "job"),
  mlxLm("cache_prompt", "job"),
  {
    name: "mlx-vlm",
    forms: [
      ...packageCommands("mlx_vlm", "server", ["server"]),
      ...packageCommands("mlx_vlm", "job", [
        "generate",
        "generate_image",
        "chat",
        "chat_ui",
        "convert",
        "lora",
        "video_generate",
        "smolvlm_video_generate",
      ]),
    ],
    modelFlags: ["--model", "--hf-path"],
    portFlags: ["--port"],
    flagParser: "argparse",
    flagsOnly: true,
  },
  {
    name: "mlx-openai-server",
    forms: [{ program: "mlx-openai-server", word: "launch", role: "server" }],
    modelFlags: ["--model-path"],
    portFlags: ["--port"],
    flagParser: "exact",
    flagsOnly: true,
  },
  {
    name: "mlx-omni-server",
    forms: [
      { program: "mlx-omni-server", role: "server" },
      { program: "mlx_omni_server.main", role: "server" },
    ],
    portFlags: ["--port"],
    flagParser: "argparse",
    flagsOnly: true,
  },
  {
    name: "vllm-mlx",
    forms: [
      { program: "vllm-mlx", word: "serve", role: "server", modelIsPositional: true },
      { program: "vllm_mlx.cli", word: "serve", role: "server", modelIsPositional: true },
      { program: "vllm_mlx.server", role: "server" },
    ],
    modelFlags: ["--model"],
    portFlags: ["--port"],
    flagParser: "argparse",
    flagsOnly: true,
  },
  {
    // The same program also installs itself as `vllm-mlx`, from which nothing tells it apart.
    name: "Rapid-MLX",
    forms: [
      { program: "rapid-mlx", word: "serve", role: "server", modelIsPositional: true },
      { program: "rmlx", word: "serve", role: "server", modelIsPositional: true },
    ],
    modelFlags: ["--model"],
    portFlags: ["--port"],
    flagParser: "argparse",
    flagsOnly: true,
  },
  {
    // A plug-in of vLLM, started as plain `vllm`; on CUDA the same command line has nothing to do with MLX.
    name: "vllm-metal",
    forms: [
      {
        program: "vllm",
        word: "serve",
        role: "server",
        modelIsPositional: true,
        evidence: "vllm-metal",
      },
      {
        program: "vllm.entrypoints.openai.api_server",
        role: "server",
        evidence: "vllm-metal",
      },
    ],
    modelFlags: ["--model"],
    portFlags: ["--port"],
    flagParser: "argparse",
    flagsOnly: true,
  },
  {
    // The worker looks the same for llama.cpp models: its command line names neither engine nor model.
    name: "LM Studio",
    forms: [
      {
        program: "llmworker.js",
        role: "worker",
        interpreter: "node",
        under: [".lmstudio", "lm-studio", "LM Studio.app"],
      },
    ],
    flagParser: "exact",
    otherwise: "llmworker.js is not under a folder of LM Studio",
  },
  {
    name: "oMLX",
    forms: [
      { program: "omlx", word: "serve", role: "server" },
      { program: "omlx.cli", word: "serve", role: "server" },
      { program: "omlx-cli", word: "serve", role: "server" },
      // The server gives itself this title, and its flags are gone with the old one.
      { program: "omlx-server", role: "server" },
    ],
    modelFlags: ["--model-dir"],
    portFlags: ["--port"],
    flagParser: "argparse",
    flagsOnly: true,
  },
  {
    name: "exo",
    forms: [
      {
        program: "exo",
        role: "server",
        onlyFlags: [
          "--api-port",
          "--bootstrap-peers",
          "--libp2p-port",
          "--listen-address",
          "--namespace",
        ],
      },
    ],
    portFlags: ["--api-port"],
    flagParser: "argparse",
    otherwise: "exo takes only flags; with a positional word it is the Exoscale command line",
  },
  {
    name: "Ollama",
    forms: [{ program: "ollama", word: "runner", role: "server", requiredSwitch: "--mlx-engine" }],
    modelFlags: ["--model"],
    portFlags: ["--port"],
    flagParser: "exact",
    flagsOnly: true,
    otherwise: "ollama runs MLX only as 'runner' with --mlx-engine",
  },
  {
    name: "mlx-audio",
    forms: [
      { program: "mlx_audio.server", role: "server" },
      { program: "mlx_audio.tts.generate", role: "job" },
      { program: "mlx_audio.stt.generate", role: "job" },
      { program: "mlx_audio.sts.generate", role: "job" },
      { program: "mlx_audio.music.generate", role: "job" },
      { program: "mlx_audio.convert", role: "job" },
    ],
    modelFlags: ["--model", "--hf-path"],
    portFlags: ["--port"],
    flagParser: "argparse",
  },
  {
    name: "mlx-whisper",
    forms: [
      { program: "mlx_whisper", role: "job" },
      { program: "mlx_whisper.cli", role: "job" },
    ],
    modelFlags: ["--model"],
    flagParser: "argparse",
  },
  {
    name: "f5-tts-mlx",
    forms: [
      { program: "f5-tts-mlx", role: "job" },
      { program: "f5_tts_mlx.generate", role: "job" },
    ],
    modelFlags: ["--model"],
    flagParser: "argparse",
  },
  {
    // Some thirty scripts, more with each release; mflux-completions, -info and -lora-library load no model.
    name: "mflux",
    forms: [
      "mflux-generate",
      "mflux-generate-*",
      "mflux-train",
      "mflux-save",
      "mflux-save-*",
      "mflux-upscale",
      "mflux-upscale-*",
      "mflux-refine-*",
      "mflux-inspire-*",
      "mflux-concept",
      "mflux-concept-*",
    ].map((program) => ({ program, role: "job" })),
    modelFlags: ["--model", "-m"],
    flagParser: "argparse",
  },
  {
    name: "DiffusionKit",
    forms: [{ program: "diffusionkit-cli", role: "job" }],
    modelFlags: ["--model-version"],
    flagParser: "argparse",
  },
  {
    name: "mlx-swift",
    forms: ["llm-tool", "image-tool", "embedder-tool", "mnist-tool"].map((program) => ({
      program,
      role: "job",
    })),
    modelFlags: ["--model"],
    flagParser: "exact",
  },
  {
    name: "Jan",
    forms: [{ program: "mlx-server", role: "server" }],
    modelFlags: ["--model", "-m"],
    portFlags: ["--port"],
    flagParser: "exact",
    flagsOnly: true,
  },
  {
    name: "mlx-serve",
    forms: [
      { program: "mlx-serve", word: "serve", role: "server" },
      // Serves the model and chats with it in the terminal.
      { program: "mlx-serve", word: "run", role: "server", modelIsPositional: true },
      { program: "mlx-serve", role: "server", firstIsFlag: true, requiredSwitch: "--serve" },
      { program: "mlx-serve", role: "server", firstIsFlag: true, requiredSwitch: "--model-dir" },
      { program: "mlx-serve", role: "job", firstIsFlag: true, requiredSwitch: "--model" },
    ],
    modelFlags: ["--model", "--model-dir"],
    portFlags: ["--port"],
    flagParser: "exact",
  },
  {
    name: "mlxcel",
    forms: [
      { program: "mlxcel-server", role: "server" },
      { program: "mlxcel", word: "serve", role: "server" },
      { program: "mlxcel", word: "run", role: "job", modelIsPositional: true },
      { program: "mlxcel", word: "generate", role: "job" },
    ],
    modelFlags: ["--model", "-m"],
    portFlags: ["--port"],
    flagParser: "exact",
  },
  {
    name: "Osaurus",
    forms: [{ program: "osaurus", role: "server", under: ["Osaurus.app"], onlyFlags: [] }],
    flagParser: "exact",
    otherwise: "the osaurus command only talks to the app; the engine is in Osaurus.app",
  },
];

/** Python packages whose source files may be run by path, as `python …/mlx_lm/server.py`. */
export const packages: readonly string[] = [
  "mlx_lm",
  "mlx_vlm",
  "mlx_audio",
  "mlx_whisper",
  "mlx_omni_server",
  "vllm_mlx",
  "f5_tts_mlx",
];

/** A command of mlx_lm. `folder` is where its module is when that is not at the top of the package. */
function mlxLm(command: string, role: Form["role"], folder = ""): Runtime {
  const forms = packageCommands("mlx_lm", role, [command]);
  return {
    name: `mlx_lm.${command}`,
    forms: folder === "" ? forms : [...forms, { program: `mlx_lm.${folder}${command}`, role }],
    modelFlags: ["--model"],
    flagParser: "argparse",
    flagsOnly: true,
  };
}

/** `package.command` and `package command`, each as console script or after `python -m`. */
function packageCommands(
  name: string,
  role: Form["role"],
  commands: readonly string[],
): readonly Form[] {
  return commands.flatMap((command) => [
    { program: `${name}.${command}`, role },
    { program: name, word: command, role },
  ]);
}
