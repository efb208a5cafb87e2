import { cpus } from "node:os";
import type { Host } from "../model/host.ts";
import { realCommands } from "./commands.ts";
import { realDarwin } from "./darwin.ts";
import { appendTo } from "./append-file.ts";
import { startCommand } from "./child-command.ts";
import { exchange } from "./exchange.ts";
import { realFiles } from "./files.ts";
import { follow } from "./follow.ts";
import { homeFolder } from "./home-folder.ts";
import { listen } from "./http.ts";
import { readMachineFacts } from "./machine-facts.ts";
import { realNvml } from "./nvml.ts";
import { checkPassword } from "./passwords.ts";
import { progressBar } from "./progress-bar.ts";
import { realRiskyFiles } from "./risky-files.ts";
import { shippedFile } from "./shipped-file.ts";
import { checkTls } from "./tls.ts";
import { realWriter } from "./writer.ts";

/** The machine this program runs on. */
export function realHost(): Host {
  const files = realFiles();
  return {
    platform: process.platform,
    pid: process.pid,
    superuser: process.getuid?.() === 0,
    uid: process.geteuid?.() ?? -1,
    home: homeFolder(),
    ticksPerSecond: readTicksPerSecond(files.read("/proc/self/auxv")),
    files,
    riskyFiles: realRiskyFiles(),
    openNvml: (libraryPath) => realNvml({ libraryPath }),
    commands: realCommands(),
    openDarwin: (libraryPath) => realDarwin({ libraryPath }),
    cpuTimes: readCpuTimes,
    writer: realWriter(),
    clock: {
      unixSeconds: () => Date.now() / 1000,
      monotonicSeconds: () => performance.now() / 1000,
      sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
      every(seconds, action) {
        const timer = setInterval(action, seconds * 1000);
        return () => {
          clearInterval(timer);
        };
      },
    },
    appendTo,
    startCommand,
    progressBar,
    shippedFile,
    machineFacts: readMachineFacts,
    listen,
    exchange,
    follow,
    checkTls,
    checkPassword,
    onStop(action) {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, action);
    },
    onReload(action) {
      process.on("SIGHUP", action);
    },
  };
}

/** Node counts in milliseconds. */
function readCpuTimes(): ReturnType<Host["cpuTimes"]> {
  return cpus().map(
    ({ times }) =>
      new Map([
        ["user", times.user / 1000],
        ["nice", times.nice / 1000],
        ["system", times.sys / 1000],
        ["idle", times.idle / 1000],
      ]),
  );
}

/** AT_CLKTCK of the auxiliary vector (getauxval(3)): the USER_HZ that /proc counts in, 100 nearly everywhere. */
function readTicksPerSecond(auxv: ReturnType<Host["files"]["read"]>): number {
  const clockTicks = 17n;
  if (auxv.kind === "read") {
    for (let at = 0; at + 16 <= auxv.bytes.length; at += 16) {
      if (auxv.bytes.readBigUInt64LE(at) === clockTicks)
        return Number(auxv.bytes.readBigUInt64LE(at + 8));
    }
  }
  return 100;
}
