/**
 * The child program of darwin.ts. It keeps libSystem open and answers each line of its input, which names a question and
 * pids, in JSON. The path of the library may be its argument.
 */
import type { NativeAnswer } from "../model/darwin.ts";
import { answerLines, leaveEndingToParent, sayReady } from "./answer-lines.ts";
import { createArgumentReader } from "./darwin-command-lines.ts";
import { loadDarwin } from "./darwin-library.ts";
import { createDarwinSampler } from "./darwin-process.ts";
import type { DarwinQuestion, DarwinReply } from "./darwin.ts";
import { selfCheck } from "./darwin-self-check.ts";

leaveEndingToParent();
sayReady();
const opened = await open(process.argv[2]);
answerLines((line) =>
  typeof opened === "function" ? opened(JSON.parse(line) as DarwinQuestion) : opened,
);

async function open(
  path: string | undefined,
): Promise<
  ((question: DarwinQuestion) => DarwinReply) | Extract<NativeAnswer<never>, { kind: "off" }>
> {
  const library = await loadDarwin(path);
  if (library.kind !== "loaded") return { kind: "off", why: library.kind, detail: library.detail };
  const { call } = library;
  const { user, system } = process.cpuUsage();
  const wrong = selfCheck(call, {
    pid: process.pid,
    residentBytes: process.memoryUsage.rss(),
    cpuSeconds: (user + system) / 1e6,
  });
  if (wrong !== undefined) return { kind: "off", why: "self_check", detail: wrong };
  const sampler = createDarwinSampler(call);
  const argumentsOf = createArgumentReader(call);
  return ([asked, pids]) => ({
    kind: "answered",
    value:
      asked === "sample"
        ? pids.flatMap((pid) => sampler.sample(pid) ?? [])
        : pids.flatMap((pid) => {
            const line = argumentsOf(pid);
            return line === undefined ? [] : [[pid, line] as const];
          }),
  });
}
