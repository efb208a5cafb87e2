import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { unavailable, type Available } from "./available.ts";
import { cacheFolder } from "./cache.ts";
import { runCommand, temporaryFolder } from "./children.ts";
import type { Docker } from "./docker.ts";
import { freePort } from "./free-port.ts";
import type { PythonMlx } from "./python-mlx.ts";
import { answers } from "./wait-until.ts";

/** A real mlx_lm.server in a container of its own. */
export interface MlxContainer {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** Of the server, as the machine numbers it. */
  readonly pid: number;
  readonly port: number;
  readonly model: string;
}

const image = "mlx-headroom-lab:bare";
const startSeconds = 60;
/** Of each engine, once. */
const images = new WeakMap<Docker, Promise<void>>();

/**
 * Runs the server of the lab's Python in a container whose files are this machine's, read-only: an image of them would
 * take minutes and gigabytes. `flags` are those of `docker run`.
 */
export async function startMlxContainer(
  engine: Docker,
  mlx: PythonMlx,
  model: string,
  flags: readonly string[],
): Promise<Available<{ readonly container: MlxContainer }>> {
  const { docker } = engine;
  const port = await freePort();
  const env = ["--env", "HF_HUB_OFFLINE=1", "--env", "MLX_DISABLE_COMPILE=1"];
  const id = await startContainer(
    engine,
    mlx,
    [...env, ...flags],
    [join(mlx.bin, "mlx_lm.server"), "--model", model, "--port", String(port)],
  );
  const state = (field: string) => docker("inspect", "--format", `{{.State.${field}}}`, id);
  const pid = Number(await state("Pid"));
  const ended = () => !existsSync(`/proc/${pid}/exe`);
  if (await answers(`http://127.0.0.1:${port}/health`, startSeconds, ended))
    return { kind: "ready", container: { id, pid, port, model } };
  const why = `the server in a container did not start: ${await docker("logs", "--tail", "1", id)}`;
  return unavailable(why);
}

/** Runs any command in such a container, and gives its id. */
export async function startContainer(
  engine: Docker,
  mlx: PythonMlx,
  flags: readonly string[],
  command: readonly string[],
): Promise<string> {
  const { docker } = engine;
  const made = images.get(engine) ?? bareImage(docker);
  images.set(engine, made);
  await made;
  return docker(
    ...["run", "--detach", "--network=host", ...mounts(mlx), ...flags],
    // mlx_lm raises its own limit to this, and gives up where it may not.
    ...["--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096", image],
    // What it says is asked for by `docker logs`, which keeps the two apart.
    ...["/bin/sh", "-c", 'exec "$0" "$@" 2>&1', ...command],
  );
}

/** An image with folders to mount at, and nothing in it. */
async function bareImage(docker: Docker["docker"]): Promise<void> {
  const folder = temporaryFolder("bare");
  mkdirSync(join(folder, "root", "tmp"), { recursive: true });
  const tar = join(folder, "bare.tar");
  await runCommand("tar", ["-C", join(folder, "root"), "-cf", tar, "."]);
  await docker("import", tar, image);
}

function mounts({ python }: PythonMlx): readonly string[] {
  const prefix = dirname(dirname(realpathSync(python)));
  const folders = ["/usr", "/bin", "/lib", "/lib64", "/etc", prefix, cacheFolder];
  const apart = folders.filter((path) => existsSync(path) && !/^\/usr\/./.test(path));
  return apart.flatMap((path) => ["--volume", `${path}:${path}:ro`]);
}
