import { spawn } from "node:child_process";
import type { CommandRun, Commands } from "../model/commands.ts";

const mostErrorBytes = 4096;
const usualMostBytes = 8 * 1024 * 1024;

/** Runs commands of this machine. What does not end in time is killed; what outlives even that holds up nobody. */
export function realCommands(): Commands {
  return {
    run: (path, args, { seconds, maxBytes = usualMostBytes }) =>
      new Promise((resolve) => {
        const child = spawn(path, [...args], {
          // Not our environment: words of the user's language and widths of his terminal would get into the output.
          env: { LC_ALL: "C", TZ: "UTC" },
          stdio: ["ignore", "pipe", "pipe"],
        });
        const stdout = kept(maxBytes);
        const stderr = kept(mostErrorBytes);
        child.stdout.on("data", stdout.add);
        child.stderr.on("data", stderr.add);
        const settle = (run: CommandRun) => {
          clearTimeout(watchdog);
          resolve(run);
        };
        const watchdog = setTimeout(() => {
          child.kill("SIGKILL");
          for (const stream of [child.stdout, child.stderr]) stream.destroy();
          child.unref();
          settle({ kind: "timeout" });
        }, seconds * 1000);
        child.once("error", (error: NodeJS.ErrnoException) => {
          settle(failure(error));
        });
        child.once("close", (exitCode) => {
          settle({
            kind: "ran",
            exitCode,
            stdout: stdout.bytes(),
            stderr: stderr.bytes().toString("utf8"),
          });
        });
      }),
  };
}

function failure(error: NodeJS.ErrnoException): CommandRun {
  if (error.code === "ENOENT") return { kind: "absent" };
  if (error.code === "EACCES" || error.code === "EPERM") return { kind: "forbidden" };
  return { kind: "failed", message: error.message };
}

/** Keeps the first bytes and reads on: a writer whose pipe is full would never end. */
function kept(mostBytes: number) {
  const chunks: Buffer[] = [];
  let length = 0;
  return {
    add: (chunk: Buffer) => {
      const part = chunk.subarray(0, mostBytes - length);
      if (part.length > 0) chunks.push(part);
      length += part.length;
    },
    bytes: () => Buffer.concat(chunks),
  };
}
