import { spawn } from "node:child_process";
import type { ChildCommand, Ending } from "../model/child-command.ts";
import { UserError } from "../model/user-error.ts";

/**
 * Starts a program as the leader of a session and process group of its own: Ctrl-C at the terminal reaches us alone,
 * and we end what it started together with it.
 */
export function startCommand(argv: readonly [string, ...string[]]): Promise<ChildCommand> {
  const [program, ...args] = argv;
  return new Promise((resolve, reject) => {
    // Data goes to stdout and is ours; whatever a program says is for a person.
    const child = spawn(program, args, { detached: true, stdio: ["ignore", 2, 2] });
    let end: Ending | undefined;
    const exited = new Promise<void>((settle) => {
      child.once("exit", (code, signal) => {
        end = signal === null ? { kind: "code", code: code ?? 0 } : { kind: "signal", signal };
        settle();
      });
    });
    child.once("error", (error: NodeJS.ErrnoException) => {
      const detail = error.code === "ENOENT" ? "there is no such program" : (error.code ?? "");
      reject(new UserError("cannot-start", { command: program, detail }, { cause: error }));
    });
    child.once("spawn", () => {
      const pid = child.pid ?? 0;
      resolve({
        pid,
        ended: () => end,
        async stop(graceSeconds) {
          if (!signal(pid, "SIGTERM")) return;
          const until = performance.now() + graceSeconds * 1000;
          // The group outlives its leader where the leader's children do not end with it.
          while (signal(pid, 0) && performance.now() < until)
            await new Promise((again) => setTimeout(again, 50));
          signal(pid, "SIGKILL");
          await exited;
        },
      });
    });
  });
}

/** Signals a whole group; false when nothing of it is left. */
function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, name);
    return true;
  } catch {
    return false;
  }
}
