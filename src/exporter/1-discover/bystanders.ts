import { isNamed } from "./program-names.ts";

/** Programs that are seen beside MLX or mistaken for it, and what to say of them. They explain; they never decide. */
export interface Bystander {
  readonly programs: readonly string[];
  /** Follows "argv[0] is uv, ". */
  readonly description: string;
  /** Whether the program alone makes it worth listing, or only together with the name of an MLX program. */
  readonly alwaysNear: boolean;
}

/** The bystander a program is, with the name as the table has it. */
export function bystanderOf(
  program: string,
): { readonly name: string; readonly bystander: Bystander } | undefined {
  for (const bystander of bystanders) {
    const name = bystander.programs.find((pattern) => isNamed(pattern, program));
    if (name !== undefined) return { name, bystander };
  }
  return undefined;
}

const bystanders: readonly Bystander[] = [
  {
    programs: ["mlx.launch", "mlx._distributed_utils.launch"],
    description: "the launcher; its ranks are counted",
    alwaysNear: true,
  },
  {
    programs: ["mlx.distributed_config", "mlx._distributed_utils.config"],
    description: "which sets hosts up and holds no model",
    alwaysNear: true,
  },
  {
    programs: [
      "mlx_lm.share",
      "mlx_lm.manage",
      "mlx_lm.upload",
      "mflux-completions",
      "mflux-info",
      "mflux-lora-library",
    ],
    description: "which handles files and holds no model",
    alwaysNear: true,
  },
  {
    programs: [
      "rapid-mlx-chat",
      "rapid-mlx-bench",
      "vllm-mlx-chat",
      "vllm-mlx-bench",
      "vllm_mlx.gradio_app",
    ],
    description: "a client; the server it talks to is what counts",
    alwaysNear: true,
  },
  {
    programs: ["oMLX", "mlx-run"],
    description: "which starts the engine as another program",
    alwaysNear: true,
  },
  {
    programs: [
      "mlxconfig",
      "mlxlink",
      "mlxfwmanager*",
      "mlxfwreset",
      "mlxfwstress",
      "mlxfwops",
      "mlxreg",
      "mlxdump",
      "mlxcables",
      "mlxburn",
      "mlxphyburn",
      "mlxmcg",
      "mlxmdio",
      "mlxgpio",
      "mlxi2c",
      "mlxpci",
      "mlxprivhost",
      "mlxptrace",
      "mlxtokengenerator",
      "mlxtrace",
      "mlxuptime",
      "mlxvpd",
      "mlxup",
      "mlxarchive",
      "mlxdpa",
      "mlxndperf",
      "mlx4_*",
      "mlx5_*",
      "mlnx*",
      "mst",
      "mstconfig",
      "mstlink",
      "mstdump",
      "mstreg",
      "mstflint",
      "mstfwmanager",
      "mstfwreset",
      "mstvpd",
    ],
    description: "a tool for Mellanox network cards",
    alwaysNear: true,
  },
  {
    programs: ["mlx90*", "mlx75*"],
    description: "a driver of a Melexis sensor",
    alwaysNear: true,
  },
  {
    programs: ["dhtmlx*", "mlxtend*", "gomlx*", "xamlx*", "minilibx*", "mlx42", "mlx_linux"],
    description: "another project with mlx in its name",
    alwaysNear: true,
  },
  {
    programs: [
      ...["uv", "uvx", "uvenv", "pipx", "poetry", "pdm", "hatch", "rye", "pixi", "conda", "mamba"],
      ...["micromamba", "npx", "npm", "bunx", "make", "just", "nix", "nix-shell", "direnv"],
      ...["sudo", "su", "doas", "runuser", "setpriv", "env", "nice", "ionice", "chrt", "taskset"],
      ...["numactl", "nohup", "setsid", "stdbuf", "timeout", "gtimeout", "time", "gtime"],
      ...["caffeinate", "systemd-inhibit", "systemd-run", "prlimit", "unshare", "bwrap", "chroot"],
      ...[
        "script",
        "expect",
        "unbuffer",
        "tmux",
        "tmux: server",
        "screen",
        "SCREEN",
        "zellij",
        "dtach",
      ],
      ...[
        "ssh",
        "mosh",
        "mosh-client",
        "autossh",
        "docker",
        "podman",
        "nerdctl",
        "kubectl",
        "crictl",
      ],
      ...["docker-compose", "docker-init", "tini", "dumb-init", "catatonit", "s6-supervise"],
      ...["bash", "sh", "zsh", "dash", "ash", "ksh", "fish", "nu", "pwsh", "busybox", "xargs"],
      ...["parallel", "watch", "entr", "watchexec", "nodemon", "pm2", "supervisord", "honcho"],
      ...["foreman", "py-spy", "memray", "scalene", "strace", "ltrace", "perf", "valgrind"],
      ...["lldb", "gdb", "debugserver", "instruments", "xctrace", "mpirun", "mpiexec", "orterun"],
      ...["prterun", "srun", "torchrun", "accelerate", "flock", "cpulimit", "cgexec", "firejail"],
    ],
    description: "a wrapper; its child is what counts",
    alwaysNear: false,
  },
  {
    programs: [
      ...["pip", "pip3", "pip3.*", "hf", "huggingface-cli", "git", "git-lfs", "git-remote-https"],
      ...["curl", "wget", "aria2c", "brew", "apt", "apt-get", "dnf", "rsync", "scp"],
    ],
    description: "which fetches files and runs no model",
    alwaysNear: false,
  },
];

/** Programs that take a name or file of MLX as an argument; only for naming them in an explanation. */
export const readers: readonly string[] = [
  ...[
    "grep",
    "egrep",
    "rg",
    "ag",
    "ack",
    "pgrep",
    "pkill",
    "pidof",
    "killall",
    "ps",
    "htop",
    "top",
  ],
  ...["vim", "vi", "nvim", "nano", "emacs", "emacsclient", "code", "micro", "hx", "less", "more"],
  ...["cat", "bat", "head", "tail", "man", "find", "fd", "ls", "which", "diff", "sed", "awk", "jq"],
  ...["journalctl", "lnav", "pytest", "mypy", "ruff", "black", "pylint", "pyright", "pylsp"],
];
