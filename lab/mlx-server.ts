import { join } from "node:path";
import { asUser, type OtherUser } from "./as-user.ts";
import { unavailable, type Available } from "./available.ts";
import type { Child } from "./children.ts";
import { freePort } from "./free-port.ts";
import { argumentsOf, childrenOf } from "./process-tree.ts";
import type { PythonMlx } from "./python-mlx.ts";
import { repository } from "./repository.ts";
import { startServer } from "./server.ts";
import { waitUntil } from "./wait-until.ts";

/** The three ways people start the server: the console script, the module, and two ranks by mlx.launch. */
export type LaunchForm = "script" | "module" | "launch";

/** A real mlx_lm.server on loopback. */
export interface MlxServer {
  /** The process that answers; with `launch`, rank 0. */
  readonly pid: number;
  /** Every process that holds the model: one, or the ranks in their order. */
  readonly pids: readonly number[];
  /** mlx.launch itself, which is no MLX process. */
  readonly launcherPid?: number;
  readonly port: number;
  readonly url: string;
  /** The model's folder as it stands on the command line. */
  readonly model: string;
  /** Asks for a few tokens; resolves to what the server answered. */
  complete(prompt?: string, maxTokens?: number): Promise<string>;
  stop(): Promise<void>;
}

export interface MlxServerOptions {
  readonly form?: LaunchForm;
  /** Cgroup folders that the server enters before it is executed. */
  readonly cgroups?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where it listens, for one that takes the place of another; a free port when absent. */
  readonly port?: number;
  /** Besides the model and the port. */
  readonly flags?: readonly string[];
  /** Runs it under the reporter, which writes there. */
  readonly reports?: string;
  /** Runs this in place of the console script, with the same flags. */
  readonly script?: string;
  readonly user?: OtherUser;
}

const ranks = 2;

/** Starts the server and waits until it is healthy. */
export async function startMlxServer(
  mlx: PythonMlx,
  model: string,
  options: MlxServerOptions = {},
): Promise<Available<{ readonly server: MlxServer }>> {
  const form = options.form ?? "script";
  const port = options.port ?? (await freePort());
  const [command = "", ...args] = [
    ...asUser(options.user),
    ...commandLine(form, mlx, model, port, await freePort(), options),
  ];
  const url = `http://127.0.0.1:${port}`;
  const started = await startServer("mlx_lm.server", command, args, `${url}/health`, {
    // The kernel compiler is a g++ that not every machine has; offline, because the model is here.
    env: {
      HF_HUB_OFFLINE: "1",
      MLX_DISABLE_COMPILE: "1",
      ...(options.reports !== undefined && {
        PYTHONPATH: join(repository, "reporter"),
        PYTHONDONTWRITEBYTECODE: "1",
        MLX_HEADROOM_REPORT_DIR: options.reports,
      }),
      ...options.env,
    },
    ...(options.cgroups && { cgroups: options.cgroups }),
  });
  if (started.kind === "unavailable") return started;
  const { child } = started;
  const pids = await serverPids(form, child);
  const pid = pids?.[0];
  if (pids === undefined || pid === undefined) {
    await child.stop();
    return unavailable(`mlx.launch started no ${ranks} ranks: ${child.lastLines(1)}`);
  }
  const server: MlxServer = {
    pid,
    pids,
    ...(form === "launch" && { launcherPid: child.pid }),
    port,
    url,
    model,
    complete: (prompt = "Hello", maxTokens = 8) => complete(url, prompt, maxTokens),
    stop: child.stop,
  };
  return { kind: "ready", server };
}

function commandLine(
  form: LaunchForm,
  mlx: PythonMlx,
  model: string,
  port: number,
  ringPort: number,
  options: MlxServerOptions,
): readonly [string, ...string[]] {
  const script = options.script ?? join(mlx.bin, "mlx_lm.server");
  const reporter = options.reports === undefined ? [] : ["-m", "mlx_headroom_reporter"];
  const flags = ["--model", model, "--port", String(port), ...(options.flags ?? [])];
  switch (form) {
    case "script":
      if (options.reports === undefined && options.script === undefined) return [script, ...flags];
      return [mlx.python, ...reporter, script, ...flags];
    case "module":
      return [mlx.python, ...reporter, "-m", "mlx_lm", "server", ...flags];
    case "launch": {
      const launcher = join(mlx.bin, "mlx.launch");
      // The ring's default port is fixed, so that two launches at once would talk to each other.
      return [launcher, "-n", String(ranks), "--starting-port", String(ringPort), script, ...flags];
    }
  }
}

/** Ranks start as bash, which then becomes the server; they are found once all have done so. */
async function serverPids(form: LaunchForm, child: Child): Promise<readonly number[] | undefined> {
  if (form !== "launch") return [child.pid];
  const look = () => {
    const servers = childrenOf(child.pid).filter(({ pid }) =>
      argumentsOf(pid).some((argument) => argument.endsWith("/mlx_lm.server")),
    );
    return servers.length === ranks ? servers.map(({ pid }) => pid) : undefined;
  };
  return waitUntil(look, { timeoutSeconds: 10 });
}

async function complete(url: string, prompt: string, maxTokens: number): Promise<string> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      messages: [{ role: "user", content: prompt }],
      max_tokens: maxTokens,
      temperature: 0,
    }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`The server answered ${response.status}: ${text.slice(0, 200)}`);
  const answer = JSON.parse(text) as { choices: readonly [{ message: { content: string } }] };
  return answer.choices[0].message.content;
}
