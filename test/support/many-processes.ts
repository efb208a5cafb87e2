import { fixtureFiles, fixtureHost } from "./fixture-host.ts";
import type { MemoryHost } from "./memory-host.ts";

export const manyProcesses = 256;
const firstPid = 10_000;
const models = ["tiny-llama", "qwen3-30b-a3b", "gemma-3-27b-it", "mistral-small", "whisper-large"];

/**
 * The unified-v2 machine with as many servers as an exporter takes, each under an address space limit of its own, so
 * that their headroom is spread evenly from almost nothing to two thirds, in an order that follows no pid.
 */
export function manyProcessesHost(): MemoryHost {
  const host = fixtureHost("unified-v2");
  const files = fixtureFiles("unified-v2");
  host.remove("/proc/4242");
  for (const level of ["/mlx.slice/chat.service", "/mlx.slice"]) {
    host.put(`/sys/fs/cgroup${level}/memory.max`, "max");
    host.put(`/sys/fs/cgroup${level}/pids.max`, "max");
  }
  for (let index = 0; index < manyProcesses; index++) {
    const pid = firstPid + index;
    const folder = `/proc/${pid}`;
    for (const file of ["status", "cgroup", "limits", "io"])
      host.put(
        `${folder}/${file}`,
        (files[`/proc/4242/${file}`] ?? "").replace("Tgid:\t4242", `Tgid:\t${pid}`),
      );
    host.put(`${folder}/stat`, (files["/proc/4242/stat"] ?? "").replace(/^4242 /, `${pid} `));
    const argv = ["python3", "/opt/mlx_lm.server", "--model", `/srv/models/${modelOf(index)}`];
    host.put(`${folder}/cmdline`, `${[...argv, "--port", String(8000 + index)].join("\0")}\0`);
    for (const descriptor of [0, 1, 2]) host.put(`${folder}/fd/${descriptor}`, "");
    setHeadroomRatio(host, pid, spread(index));
  }
  return host;
}

/** The pid that is worst off: not the first one, so that its place in a list says something. */
export const worstPid =
  firstPid + Array.from({ length: manyProcesses }, (_, index) => spread(index)).indexOf(0.005);

/** Leaves a process that share of its address space limit. */
export function setHeadroomRatio(host: MemoryHost, pid: number, ratio: number): void {
  const limit = Math.round((7 * 1024 ** 3) / (1 - ratio));
  const read = host.files.read(`/proc/${pid}/limits`);
  if (read.kind !== "read") throw new Error(`process ${pid} has no limits`);
  const text = read.bytes.toString().replace(/^(Max address space +)\S+/m, `$1${limit}`);
  host.put(`/proc/${pid}/limits`, text);
}

function modelOf(index: number): string {
  return `${models[index % models.length] ?? ""}-${Math.floor(index / 32)}`;
}

function spread(index: number): number {
  return 0.005 + (((index * 37 + 100) % manyProcesses) / manyProcesses) * 0.65;
}
